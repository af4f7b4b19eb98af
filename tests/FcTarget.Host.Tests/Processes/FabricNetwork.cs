// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Formats;

namespace FcTarget.Host.Tests.Processes;

/// <summary>
/// An Ethernet segment in a network namespace of its own: a bridge with a veth pair for each port. One more pair leads out of it, for an
/// initiator in the test's process. All of it goes with the namespace. Skips the test where it cannot be had.
/// </summary>
internal sealed class FabricNetwork : IDisposable
{
    private static int _number;
    private readonly string _name = $"fcp{Environment.ProcessId % 100000}n{Interlocked.Increment(ref _number)}";

    /// <param name="ports">Names of the interfaces in the namespace; the n-th has the MAC address 02:00:00:00:0a:n.</param>
    public FabricNetwork(params string[] ports)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        Skip.IfNot(Ip("netns", "add", _name) == 0, "needs network namespaces");
        try
        {
            // No IPv6, and so no chatter of the kernel's own on the wire.
            Inside("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
            Skip.IfNot(TryInside("ip", "link", "add", "segment", "mtu", "2500", "type", "bridge", "mcast_snooping", "0") == 0, "needs bridges");
            Inside("ip", "link", "set", "segment", "up");
            foreach (string port in ports)
            {
                Inside("ip", "link", "add", port, "mtu", "2500", "address", MacOf(Array.IndexOf(ports, port) + 1), "type", "veth", "peer", "name", $"{port}-b", "mtu", "2500");
                Plug($"{port}-b");
                Inside("ip", "link", "set", port, "up");
            }
            Outside = $"{_name}o";
            Run("ip", "link", "add", Outside, "mtu", "2500", "address", MacOf(0xEE), "type", "veth", "peer", "name", "out-b", "netns", _name, "mtu", "2500");
            File.WriteAllText($"/proc/sys/net/ipv6/conf/{Outside}/disable_ipv6", "1");
            Plug("out-b");
            Run("ip", "link", "set", Outside, "up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The interface in the test's own namespace.</summary>
    public string Outside { get; } = "";

    public static string MacOf(int number) => new MacAddress(0x02_00_00_00_0A_00ul + (uint)number).ToString();

    /// <summary>Starts fctarget in the namespace; the process is its own.</summary>
    public Process Start(params string[] arguments) => Cli.Start("ip", ["netns", "exec", _name, "dotnet", Cli.Program, .. arguments]);

    public void Dispose()
    {
        Ip("netns", "del", _name);
        if (Outside.Length > 0) Ip("link", "del", Outside); // the namespace is taken down a moment later, and its end of the pair with it
    }

    private void Plug(string end)
    {
        Inside("ip", "link", "set", end, "master", "segment");
        Inside("ip", "link", "set", end, "up");
    }

    private void Inside(params string[] command) => TryInside(command).Should().Be(0, "'{0}' works", string.Join(' ', command));

    private int TryInside(params string[] command) => Ip(["netns", "exec", _name, .. command]);

    private static void Run(string program, params string[] arguments) =>
        ExitCodeOf(program, arguments).Should().Be(0, "'{0} {1}' works", program, string.Join(' ', arguments));

    private static int Ip(params string[] arguments) => ExitCodeOf("ip", arguments);

    private static int ExitCodeOf(string program, string[] arguments)
    {
        using Process process = Cli.Start(program, arguments);
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
