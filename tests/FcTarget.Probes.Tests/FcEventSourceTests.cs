// SPDX-License-Identifier: MIT

using System.Diagnostics.Tracing;
using FcTarget.Probes.Events;

namespace FcTarget.Probes.Tests;

public sealed class FcEventSourceTests
{
    public static TheoryData<FcProbe> Probes => [.. Enum.GetValues<FcProbe>()];

    private static readonly (string, object)[] Ids = [("local_id", 0x0A0B0C), ("remote_id", 0x010203), ("ox_id", 0x01A4), ("rx_id", 7)];

    [Theory, MemberData(nameof(Probes))]
    public void An_event_has_the_arguments_of_its_probe_by_name_and_type(FcProbe probe)
    {
        using ProbeRig rig = new();
        using FcEventSource source = new(rig.Provider);
        source.ConstructionException.Should().BeNull();
        using Listener listener = new(source, EventKeywords.All);
        rig.Fire(probe);
        EventWrittenEventArgs heard = listener.Heard.Should().ContainSingle().Which;
        heard.EventName.Should().Be(probe.ToString(), $"{heard.Payload![0]}");
        heard.EventId.Should().Be((int)probe + 1);
        heard.PayloadNames!.Zip(heard.Payload!, (name, value) => (name, value!)).Should().Equal(Expected(probe));
    }

    [Fact]
    public void Keywords_choose_the_probes_and_without_a_session_none_is_enabled()
    {
        using ProbeRig rig = new();
        using FcEventSource source = new(rig.Provider);
        Enabled(rig).Should().BeEmpty();
        using (Listener listener = new(source, FcEventSource.Keywords.Transfer))
            Enabled(rig).Should().Equal(FcProbe.XferStart, FcProbe.XferDone);
        Enabled(rig).Should().BeEmpty("the session has ended");
    }

    [Fact]
    public void A_session_older_than_the_source_hears_it()
    {
        using ProbeRig rig = new();
        using Listener listener = new(null, EventKeywords.All);
        using FcEventSource source = new(rig.Provider);
        Enabled(rig).Should().HaveCount(FcProbeNames.Count);
    }

    private static IEnumerable<FcProbe> Enabled(ProbeRig rig) => Enum.GetValues<FcProbe>().Where(rig.Provider.IsEnabled);

    private static (string, object)[] Expected(FcProbe probe)
    {
        (string, object)[] link = [("ci_local", "20000200000000aa"), ("ci_remote", "<unknown>")];
        (string, object)[] conn = [("ci_local", "20000200000000aa"), ("ci_remote", "2000020000000001")];
        (string, object)[] local = [("local_node_wwn", "10000200000000aa"), ("local_sym_node_name", "lab host"), ("local_sym_port_name", "fctarget vb"), ("local_hard_address", 0)];
        (string, object)[] remote = [("remote_node_wwn", "1000020000000001"), ("remote_sym_node_name", "<unknown>"), ("remote_sym_port_name", "<unknown>"), ("remote_hard_address", 0x010203)];
        (string, object)[] command = [.. conn, ("ic_cdb", "28000000100000000800"), .. Ids, ("lun", 0x0001_0000_0000_0000L)];
        (string, object)[] flags = [("expected_length", 4096), ("task_management_flags", 0)];
        (string, object)[] xfer = [("fcx_len", 4096), ("fcx_offset", 512), ("fcx_flags", 0x8001)];
        return probe switch
        {
            FcProbe.LinkUp or FcProbe.LinkDown => link,
            FcProbe.FabricLoginStart => [.. link, .. local],
            FcProbe.FabricLoginEnd => [.. link, .. local, ("status", -1)],
            FcProbe.RportLoginEnd => [.. conn, .. local, .. remote, ("solicited", 1), ("status", 2334)],
            FcProbe.RportLogoutEnd => [.. conn, .. local, .. remote, ("solicited", 1)],
            FcProbe.RportLoginStart or FcProbe.RportLogoutStart => [.. conn, .. local, .. remote, ("solicited", 0)],
            FcProbe.ScsiCommand => [.. command, .. flags],
            FcProbe.ScsiResponse =>
            [
                .. command, .. flags, ("scsi_status", 2), ("rsp_code", 0), ("residual", 4096), ("residual_kind", 1),
                ("sense", "70000500000000" + "0a00000000250000000000"),
            ],
            FcProbe.XferStart or FcProbe.XferDone => [.. command, .. xfer],
            FcProbe.RscnReceive => [.. conn, ("affected_id", 0x010200)],
            FcProbe.AbtsReceive => [.. conn, .. Ids],
            _ => throw new ArgumentOutOfRangeException(nameof(probe)),
        };
    }

    private sealed class Listener : EventListener
    {
        private readonly EventKeywords _keywords;
        private readonly EventSource? _mine;

        /// <param name="source">The source to hear; null for those that come.</param>
        public Listener(EventSource? source, EventKeywords keywords)
        {
            _keywords = keywords;
            _mine = source;
            if (source is not null) EnableEvents(source, EventLevel.Informational, keywords);
        }

        public List<EventWrittenEventArgs> Heard { get; } = [];

        protected override void OnEventSourceCreated(EventSource source)
        {
            if (source.Name == FcEventSource.SourceName && _mine is null && _keywords != EventKeywords.None)
                EnableEvents(source, EventLevel.Informational, _keywords);
        }

        protected override void OnEventWritten(EventWrittenEventArgs e)
        {
            if (ReferenceEquals(e.EventSource, _mine)) Heard.Add(e);
        }
    }
}
