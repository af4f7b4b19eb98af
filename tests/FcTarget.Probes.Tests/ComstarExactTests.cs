// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes.Tests;

/// <summary>What needs a fabric to happen, and the strings; everything else is in ProbeTableTests of the port.</summary>
public sealed unsafe class ComstarExactTests : IDisposable
{
    private readonly FcProvider _provider = new(comstarExact: true);
    private readonly PortProbeInfo _local = new("20000200000000aa", "10000200000000aa", "lab host", "fctarget vb");
    private readonly PortProbeInfo _nameServer = new("21fc000000000001", "20fc000000000001", hardAddress: 0xFFFFFC);
    private readonly PortProbeInfo _controller = new("21fd000000000001", "20fd000000000001", hardAddress: 0xFFFFFD);
    private readonly PortProbeInfo _initiator = new("2000020000000001", "1000020000000001", "a host", "a port", hardAddress: 0x010203);
    private readonly Sink _sink = new();

    public ComstarExactTests() => _provider.Attach(_sink);

    [Fact]
    public void Only_the_implicit_login_of_the_fabric_controller_shows_its_success()
    {
        LogsIn(_controller, solicited: true);
        LogsIn(_nameServer, solicited: true);
        _sink.Seen.Should().Equal(
            "rport-login-start <unknown> -> <unknown> fffffd 1", "rport-login-end <unknown> -> <unknown> fffffd 1 0",
            "rport-login-start <unknown> -> <unknown> fffffc 1");
    }

    [Fact]
    public void A_port_without_a_login_with_the_fabric_controller_shows_one_before_that_with_the_name_server()
    {
        LogsIn(_nameServer, solicited: true);
        LogsIn(_nameServer, solicited: true);
        _sink.Seen.Should().Equal(
            "rport-login-start <unknown> -> <unknown> fffffd 1", "rport-login-end <unknown> -> <unknown> fffffd 1 0",
            "rport-login-start <unknown> -> <unknown> fffffc 1", "rport-login-start <unknown> -> <unknown> fffffc 1");
    }

    [Fact]
    public void The_symbolic_port_name_is_known_with_the_name_server_and_world_wide_names_with_the_first_PLOGI_that_was_answered()
    {
        LogsIn(_initiator, solicited: true);
        _sink.Ports.Should().Be("<unknown> lab host <unknown> | <unknown> a host a port");
        LogsIn(_nameServer, solicited: true);
        LogsIn(_initiator, solicited: false);
        _sink.Seen[^1].Should().Be("rport-login-start <unknown> -> <unknown> 010203 0");
        LogsIn(_initiator, solicited: false);
        _sink.Ports.Should().Be("10000200000000aa lab host fctarget vb | 1000020000000001 a host a port");
        _sink.Seen[^1].Should().Be("rport-login-start 20000200000000aa -> 2000020000000001 010203 0");
    }

    [Fact]
    public void Logins_are_followed_also_when_nobody_traces_them()
    {
        _provider.Attach(_sink, FcProbeSet.RportLogoutStart);
        _provider.IsEnabled(FcProbe.RportLoginEnd).Should().BeTrue("the port must tell");
        _provider.IsEnabled(FcProbe.XferStart).Should().BeFalse();
        LogsIn(_initiator, solicited: false);
        using ConnProbeInfo conn = new(_local, _initiator);
        _provider.RportLogoutStart(conn, _local, _initiator, solicited: false);
        _sink.Seen.Should().Equal("rport-logout-start 20000200000000aa -> 2000020000000001 010203 0");
    }

    [Fact]
    public void A_fabric_login_that_fails_shows_a_link_that_goes_down()
    {
        using ConnProbeInfo conn = new(_local, null);
        _provider.FabricLoginStart(conn, _local);
        _provider.FabricLoginEnd(conn, _local, FcLoginStatus.TimedOut);
        _sink.Seen.Should().Equal("link-down <unknown> -> <unknown>");
    }

    public void Dispose()
    {
        _local.Dispose();
        _nameServer.Dispose();
        _controller.Dispose();
        _initiator.Dispose();
    }

    private void LogsIn(PortProbeInfo remote, bool solicited)
    {
        using ConnProbeInfo conn = new(_local, remote);
        _provider.RportLoginStart(conn, _local, remote, solicited);
        _provider.RportLoginEnd(conn, _local, remote, solicited, FcLoginStatus.Success);
    }

    private sealed class Sink : IFcProbeSink
    {
        public List<string> Seen { get; } = [];

        /// <summary>Strings of the local and of the remote port of the last event.</summary>
        public string Ports { get; private set; } = "";

        public void OnProbe(in FcProbeEvent e)
        {
            string line = $"{FcProbeNames.Of(e.Probe)} {Text(e.Conn->ci_local)} -> {Text(e.Conn->ci_remote)}";
            if (e.Remote != null)
            {
                line += $" {e.Remote->fcp_port_hard_address:x6} {e.Solicited}";
                Ports = $"{Strings(e.Local)} | {Strings(e.Remote)}";
            }
            Seen.Add(e.Probe == FcProbe.RportLoginEnd ? $"{line} {e.Status}" : line);
        }

        private static string Strings(FcPortInfo* p) => $"{Text(p->fcp_node_wwn)} {Text(p->fcp_sym_node_name)} {Text(p->fcp_sym_port_name)}";

        private static string Text(byte* s) => Marshal.PtrToStringUTF8((nint)s)!;
    }
}
