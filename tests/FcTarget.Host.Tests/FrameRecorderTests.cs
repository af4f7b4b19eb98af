// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.Host.Serving;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire.Recording;

namespace FcTarget.Host.Tests;

/// <summary>What a recording says of frames: the probes they fired, and the counters by which they were refused.</summary>
public sealed class FrameRecorderTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"fctarget-recorder-{Guid.NewGuid():n}.pcapng");
    private readonly Simulation _simulation = new();
    private readonly FrameRecorder _recorder;
    private readonly RawPeer _peer;
    private readonly MacAddress _fcf = new(0x02_00_00_00_00_F0ul);

    public FrameRecorderTests()
    {
        FcProvider provider = new();
        _recorder = new FrameRecorder(_simulation.Segment.Attach("fcf", _fcf), new RecordingOptions { Path = _file }, provider);
        SwitchTopology? fabric = null;
        FcPort port = new(_recorder.Wire, new PortOptions { Topology = Topology.Switch }, _simulation.Clock, provider, topology: port =>
            fabric = new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        port.AddTarget(new TaskRouter());
        _recorder.Watch(port, fabric);
        _simulation.Add(port.Loop);
        _peer = new RawPeer(_simulation.Segment.Attach("peer", new MacAddress(0x02_00_00_00_01_01ul)), _ => _simulation.Pump(), pointToPoint: false)
        {
            Id = FcId.None,
            Fcf = _fcf,
        };
        _simulation.Add(_peer.Works);
        _simulation.Pump();
        _peer.LogsInWithFabric();
        _peer.Target = port.Local.Id;
    }

    [Fact]
    public void A_frame_that_is_refused_says_by_which_counter_and_others_say_nothing_of_it()
    {
        byte[] damaged = _peer.Encapsulate(RawPeer.CommandHeader(_peer.NextOxId()), new byte[32]);
        damaged[^9] ^= 1;
        _peer.SendsBytes(damaged);
        _peer.SendsFrame(RawPeer.CommandHeader(_peer.NextOxId()), new byte[32], from: new MacAddress(0x0E_FC_00_66_66_66ul));
        _peer.SendsFrame(RawPeer.CommandHeader(_peer.NextOxId()) with { DId = new FcId(0x010999u) }, new byte[32]);
        _peer.SendsFrame(RawPeer.CommandHeader(_peer.NextOxId()) with { SId = new FcId(0x010888u) }, new byte[32]);
        _peer.ExpectsAccept(_peer.SendsEls(_peer.LoginPayload(ElsCommand.Plogi)));
        _recorder.Wire.Dispose();

        string[] words = Encoding.Latin1.GetString(File.ReadAllBytes(_file)).Split('\0');
        string[] refusals = [.. words.Select(word => word.IndexOf('!') is var at and >= 0 ? word[at..] : "")
            .Where(word => word.Length > 3 && word.Skip(1).All(c => c is '-' or '!' or ' ' or >= 'a' and <= 'z'))];
        refusals.Should().Equal("!fcoe-bad-crc", "!source-mac-spoofed", "!destination-unknown", "!source-not-logged-in");
        words.Should().Contain(word => word.Contains("rport-login-start"), "the PLOGI was taken");
    }

    [Fact]
    public void Every_counter_of_refusals_is_a_counter_and_there_are_all_that_go_no_further()
    {
        foreach (object counters in (object[])[new PortCounters(), new FcfCounters(), new FabricCounters()])
        {
            string[] refusals = [.. counters.GetType().GetFields().Where(f => f.IsDefined(typeof(RefusalAttribute), false)).Select(f => f.Name)];
            refusals.Should().NotBeEmpty();
            counters.GetType().GetFields().Where(f => f.Name.EndsWith("Unknown") || f.Name.EndsWith("Malformed") || f.Name.EndsWith("Spoofed") || f.Name.EndsWith("TooShort"))
                .Select(f => f.Name).Except(refusals).Should().BeEmpty();
        }
    }

    public void Dispose()
    {
        _recorder.Wire.Dispose();
        File.Delete(_file);
    }
}
