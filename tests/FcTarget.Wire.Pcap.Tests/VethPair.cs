// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace FcTarget.Wire.Pcap.Tests;

/// <summary>
/// Two interfaces joined by a virtual cable, with names of their own, up, gone when disposed. Skips the test where it cannot be had.
/// </summary>
internal sealed class VethPair : IDisposable
{
    private static int _number;
    private readonly int _mtu;

    public VethPair(int mtu = 2500)
    {
        _mtu = mtu;
        string stem = $"t{Environment.ProcessId % 100000}n{Interlocked.Increment(ref _number)}";
        A = stem + "a";
        B = stem + "b";
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        Skip.IfNot(TryIp($"link add {A} type veth peer name {B}"), "needs CAP_NET_ADMIN and ip(8)");
        try
        {
            BringUp();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string A { get; }

    public string B { get; }

    public static void Ip(string arguments) => TryIp(arguments).Should().BeTrue($"'ip {arguments}' works");

    public void Delete() => Ip($"link del {A}");

    public void Recreate()
    {
        Ip($"link add {A} type veth peer name {B}");
        BringUp();
    }

    public void Dispose() => TryIp($"link del {A}");

    private static bool TryIp(string arguments)
    {
        try
        {
            ProcessStartInfo start = new("ip", arguments) { RedirectStandardError = true };
            using Process ip = Process.Start(start)!;
            ip.StandardError.ReadToEnd();
            ip.WaitForExit();
            return ip.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private void BringUp()
    {
        foreach (string name in (string[])[A, B])
        {
            // No addresses: the kernel's own IPv6 chatter stays off the wire.
            Ip($"link set {name} mtu {_mtu} addrgenmode none");
            Ip($"link set {name} up");
        }
        // The kernel reports the carrier a little later.
        SpinWait.SpinUntil(() => InterfaceList.All().Count(i => (i.Name == A || i.Name == B) && i.IsRunning) == 2, TimeSpan.FromSeconds(10))
            .Should().BeTrue("both ends get a carrier");
    }
}
