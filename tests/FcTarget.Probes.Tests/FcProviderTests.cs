// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Tests;

public sealed class FcProviderTests
{
    public static TheoryData<FcProbe> Probes => [.. Enum.GetValues<FcProbe>()];

    [Fact]
    public void Probes_have_the_names_D_scripts_use() =>
        FcProbeNames.All.ToArray().Should().Equal(
            "link-up", "link-down", "fabric-login-start", "fabric-login-end", "rport-login-start", "rport-login-end",
            "rport-logout-start", "rport-logout-end", "scsi-command", "scsi-response", "xfer-start", "xfer-done",
            "rscn-receive", "abts-receive");

    [Theory, MemberData(nameof(Probes))]
    public void A_probe_has_the_name_of_its_enum_member_and_its_own_bit(FcProbe probe)
    {
        FcProbeNames.Of(probe).Replace("-", "").Should().BeEquivalentTo(probe.ToString());
        ((ushort)Enum.Parse<FcProbeSet>(probe.ToString())).Should().Be((ushort)(1 << (int)probe));
        FcProbeSet.All.HasFlag(Enum.Parse<FcProbeSet>(probe.ToString())).Should().BeTrue();
    }

    [Theory, MemberData(nameof(Probes))]
    public void A_probe_is_enabled_while_somebody_listens_to_it(FcProbe probe)
    {
        FcProvider provider = new();
        Recorder mine = new(), others = new();
        FcProbeSet one = (FcProbeSet)(1 << (int)probe);
        provider.IsEnabled(probe).Should().BeFalse();

        provider.Attach(others, FcProbeSet.All & ~one);
        provider.IsEnabled(probe).Should().BeFalse();
        provider.Attach(mine, one);
        provider.IsEnabled(probe).Should().BeTrue();
        provider.Detach(mine);
        provider.IsEnabled(probe).Should().BeFalse();
    }

    [Theory, MemberData(nameof(Probes))]
    public void A_firing_reaches_exactly_the_sinks_that_asked_for_it(FcProbe probe)
    {
        using ProbeRig rig = new();
        Recorder all = new(), one = new(), rest = new();
        FcProbeSet bit = (FcProbeSet)(1 << (int)probe);
        rig.Provider.Attach(all);
        rig.Provider.Attach(one, bit);
        rig.Provider.Attach(rest, FcProbeSet.All & ~bit);

        rig.Fire(probe);

        all.Seen.Should().Equal(probe);
        one.Seen.Should().Equal(probe);
        rest.Seen.Should().BeEmpty();
    }

    [Fact]
    public void Attaching_again_replaces_the_set()
    {
        using ProbeRig rig = new();
        Recorder sink = new();
        rig.Provider.Attach(sink);
        rig.Provider.Attach(sink, FcProbeSet.LinkUp);

        rig.Fire(FcProbe.LinkUp);
        rig.Fire(FcProbe.LinkDown);

        sink.Seen.Should().Equal(FcProbe.LinkUp);
    }

    [Fact]
    public void Firing_with_nobody_attached_does_nothing()
    {
        using ProbeRig rig = new();
        foreach (FcProbe probe in Enum.GetValues<FcProbe>()) rig.Invoking(r => r.Fire(probe)).Should().NotThrow();
    }

    [Fact]
    public void Sinks_come_and_go_while_the_port_fires()
    {
        using ProbeRig rig = new();
        Counter resident = new();
        rig.Provider.Attach(resident);
        const int Firings = 20_000;
        using Barrier start = new(3);
        Thread[] visitors = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < 2_000; i++)
            {
                Counter visitor = new();
                rig.Provider.Attach(visitor, FcProbeSet.LinkUp);
                rig.Provider.Detach(visitor);
            }
        }))];
        foreach (Thread t in visitors) t.Start();
        start.SignalAndWait();

        for (int i = 0; i < Firings; i++) rig.Fire(FcProbe.LinkUp);

        foreach (Thread t in visitors) t.Join();
        resident.Count.Should().Be(Firings, "a sink that stays attached misses nothing");
        rig.Provider.Detach(resident);
        rig.Provider.IsEnabled(FcProbe.LinkUp).Should().BeFalse("every visitor has left");
    }

    private sealed class Recorder : IFcProbeSink
    {
        public List<FcProbe> Seen { get; } = [];

        public void OnProbe(in FcProbeEvent e) => Seen.Add(e.Probe);
    }

    private sealed class Counter : IFcProbeSink
    {
        public int Count { get; private set; }

        public void OnProbe(in FcProbeEvent e) => Count++;
    }
}
