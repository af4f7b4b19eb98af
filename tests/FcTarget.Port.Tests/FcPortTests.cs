// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Port.Tests;

public sealed class FcPortTests
{
    // ---- frames that go no further --------------------------------------------------------------------------------

    [Fact]
    public void Every_kind_of_bad_frame_has_its_counter_and_none_is_answered()
    {
        using PortRig rig = PortRig.WithImagePair();
        PortCounters counters = rig.Port.Counters;
        byte[] good = rig.Peer.Encapsulate(
            RawPeer.CommandHeader(new OxId((ushort)1)), RawPeer.CommandPayload(Cdbs.TestUnitReady, default, 0));

        rig.Port.OnFrame(good.AsSpan(0, 13)); // a wire pads what is shorter than Ethernet allows
        counters.EthernetTooShort.Should().Be(1);
        Send(13, 0xFF);
        counters.EtherTypeUnknown.Should().Be(1);
        Send(5, 0x77);
        counters.NotForUs.Should().Be(1);
        Send(14, 0x10);
        counters.FcoeBadVersion.Should().Be(1);
        Send(27, 0x00);
        Send(good.Length - 4, 0x00);
        counters.FcoeBadSofOrEof.Should().Be(2);
        rig.Peer.SendsBytes(good.AsSpan(0, good.Length - 2));
        counters.FcoeBadLength.Should().Be(1);
        rig.Port.OnFrame(good.AsSpan(0, 40));
        counters.FcoeTooShort.Should().Be(1);
        Send(good.Length - 5, (byte)(good[^5] ^ 1));
        counters.FcoeBadCrc.Should().Be(1);
        Send(good.Length - 4, (byte)Eof.EOFni);
        counters.FrameMarkedInvalid.Should().Be(1);
        Send(27, (byte)Sof.SOFf);
        Send(27, (byte)Sof.SOFi4);
        counters.ClassUnsupported.Should().Be(2);
        rig.Peer.SendsFrame(new FcHeader { RCtl = RCtl.VftHeader }, new byte[8]);
        counters.FcHeaderRefused.Should().Be(1);
        rig.Peer.SendsFrame(new FcHeader { RCtl = RCtl.UnsolicitedControl, Type = FcType.Ct, FCtl = FCtl.EndSequence }, new byte[8]);
        counters.FrameUnexpected.Should().Be(1);
        rig.Peer.ExpectsSilence();
        rig.Peer.SendsBytes(good);
        rig.Peer.ExpectsGood(new OxId((ushort)1));

        void Send(int at, byte value)
        {
            byte[] bad = [.. good];
            bad[at] = value;
            rig.Peer.SendsBytes(bad);
        }
    }

    [Fact]
    public void Every_counter_has_a_name_of_its_own()
    {
        string[] names = [.. new PortCounters().All().Select(c => c.Key)];
        names.Should().OnlyHaveUniqueItems().And.Contain("fcoe-bad-crc")
            .And.OnlyContain(n => n.All(c => char.IsAsciiLetterLower(c) || c == '-'));
    }

    [Fact]
    public void A_hundred_thousand_damaged_frames_do_no_harm()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] data = new byte[4096];
        new Random(9).NextBytes(data);
        rig.Peer.Writes(64, data);
        rig.Provider.Detach(rig.Probes);
        byte[][] seeds = Seeds(rig.Peer);
        Random random = new(20260101);
        byte[] frame = new byte[2500];
        MemoryWire wire = rig.Peer.Wire;
        Discard ears = new();
        for (int i = 0; i < 100_000; i++)
        {
            int length = Damage(seeds[random.Next(seeds.Length)], frame, random);
            wire.TryGetTransmitSlot(out Span<byte> slot).Should().BeTrue();
            frame.AsSpan(0, length).CopyTo(slot);
            wire.Commit(length);
            if (i % 16 != 15) continue;
            wire.Flush();
            rig.Port.Loop.Poll();
            if (i % 4096 == 4095) rig.Clock.Advance(TimeSpan.FromMilliseconds(700));
            rig.Port.Loop.Poll();
            wire.Receive(ears, int.MaxValue);
        }
        rig.Port.Loop.Faults.Should().Be(0);
        wire.Receive(ears, int.MaxValue);
        rig.Provider.Attach(rig.Probes);

        // Whatever was damaged may have logged us out or moved our address: begin anew, and all is as it was.
        rig.SetLink(false);
        rig.OpenExchanges.Should().Be(rig.Held.Tasks.Count);
        rig.SetLink(true);
        rig.Advance(12_000);
        rig.Peer.Ignores();
        rig.Peer.EstablishesImagePair();
        PortRig.TakesUnitAttentions(rig.Peer);
        rig.Peer.Reads(64, 8).Should().HaveCount(4096);
    }

    // ---- determinism ----------------------------------------------------------------------------------------------

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        string first = Run(seed: 42), second = Run(seed: 42), other = Run(seed: 43);
        second.Should().Be(first);
        other.Should().NotBe(first);

        static string Run(int seed)
        {
            using PortRig rig = new(new PortOptions { Seed = seed });
            Hash hash = new(rig);
            rig.Segment.Tap = hash;
            RawPeer rival = rig.AddPeer(higherName: true, number: 2), peer = rig.AddPeer();
            rig.Advance(60);
            rival.SendsVn2Vn(FipVn2VnSubcode.ClaimNotification, PortRig.PortId);
            rig.Advance(1500);
            peer.Ignores();
            peer.Target = rig.Port.Local.Id;
            rig.EstablishesImagePair(peer);
            peer.Writes(0, new byte[100 * 1024]);
            peer.Reads(0, 200);
            rig.SetLink(false);
            rig.SetLink(true);
            rig.Advance(30_000);
            return hash.Result();
        }
    }

    // ---- allocation -----------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_warm_4_KiB_command_allocates_nothing(bool write, bool probes)
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Provider.Detach(rig.Probes);
        Blind blind = new();
        if (probes) rig.Provider.Attach(blind);
        RawPeer peer = rig.Peer;
        OxId oxId = new((ushort)0x200);
        byte[] cdb = write ? Cdbs.Write10(0, 8) : Cdbs.Read10(0, 8);
        byte[] command = peer.Encapsulate(
            RawPeer.CommandHeader(oxId), RawPeer.CommandPayload(cdb, write ? FcpDataDirection.WriteData : FcpDataDirection.ReadData, 4096));
        byte[] data = peer.Encapsulate(RawPeer.DataHeader(oxId, default, 0, last: false, 0), new byte[2048]);
        byte[] dataLast = peer.Encapsulate(RawPeer.DataHeader(oxId, default, 2048, last: true, 1), new byte[2048], Sof.SOFn3);
        Ears ears = new();

        for (int i = 0; i < 200; i++) Once();
        int commands = 200;
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) Once();
            commands += 1000;
        }).Should().Be(0);
        ears.Responses.Should().Be(commands);
        if (probes) blind.Count.Should().BeGreaterThanOrEqualTo(4 * commands);

        void Once()
        {
            Send(command);
            if (write)
            {
                rig.Port.Loop.Poll();
                peer.Wire.Receive(ears, 64);
                Answer(data, ears.RxId);
                Answer(dataLast, ears.RxId);
            }
            rig.Port.Loop.Poll();
            peer.Wire.Receive(ears, 64);
        }

        // The RX_ID of each exchange is new: patch it in, and the CRC behind it.
        void Answer(byte[] frame, ushort rxId)
        {
            (frame[46], frame[47]) = ((byte)(rxId >> 8), (byte)rxId);
            int length = frame.Length - 28 - FcoeFrame.TrailerLength;
            FcoeFrame.WriteTrailer(frame.AsSpan(28 + length), FcCrc.Compute(frame.AsSpan(28, length)), (Eof)frame[28 + length + 4]);
            Send(frame);
        }

        void Send(byte[] frame)
        {
            if (!peer.Wire.TryGetTransmitSlot(out Span<byte> slot)) throw new InvalidOperationException("no slot");
            frame.CopyTo(slot);
            peer.Wire.Commit(frame.Length);
            peer.Wire.Flush();
        }
    }

    // ---- helpers --------------------------------------------------------------------------------------------------

    private static byte[][] Seeds(RawPeer peer)
    {
        OxId oxId = new((ushort)0x4000);
        return
        [
            .. Enum.GetValues<FipVn2VnSubcode>().Select(s => peer.Vn2VnFrame(s)),
            peer.Encapsulate(RawPeer.ElsHeader(oxId), RawPeer.Prli(peer.FcpParameters)),
            peer.Encapsulate(RawPeer.ElsHeader(oxId), new byte[116]),
            peer.Encapsulate(RawPeer.ElsHeader(oxId), [0x61, 4, 0, 8, 0, 1, 2, 3]),
            .. Enum.GetValues<ElsCommand>().Select(c => peer.Encapsulate(RawPeer.ElsHeader(oxId), [(byte)c, .. new byte[27]])),
            peer.Encapsulate(RawPeer.CommandHeader(oxId), RawPeer.CommandPayload(Cdbs.Read10(0, 8), FcpDataDirection.ReadData, 4096)),
            peer.Encapsulate(RawPeer.CommandHeader(oxId), RawPeer.CommandPayload(Cdbs.Write10(0, 8), FcpDataDirection.WriteData, 4096)),
            peer.Encapsulate(
                RawPeer.CommandHeader(oxId), RawPeer.CommandPayload(new byte[16], default, 0, 0, FcpTaskManagementFlags.LogicalUnitReset)),
            peer.Encapsulate(RawPeer.DataHeader(oxId, new RxId((ushort)0x1000), 0, true, 0), new byte[1024]),
            peer.Encapsulate(
                RawPeer.CommandHeader(oxId) with { RCtl = RCtl.Abts, Type = FcType.Bls, FCtl = FCtlValues.AbtsByOriginator }, default),
        ];
    }

    /// <summary>Flips bytes, cuts, grows; mends the CRC every other time so that the damage gets past it.</summary>
    private static int Damage(byte[] seed, byte[] frame, Random random)
    {
        seed.CopyTo(frame, 0);
        int length = seed.Length;
        if (random.Next(4) == 0) length = random.Next(0, length + 1);
        else if (random.Next(8) == 0) length = Math.Min(frame.Length, length + random.Next(64));
        for (int flips = random.Next(6); flips > 0 && length > 0; flips--)
            frame[random.Next(random.Next(2) == 0 ? Math.Min(length, 80) : length)] = (byte)random.Next(256);
        int fc = length - 14 - FcoeFrame.HeaderLength - FcoeFrame.TrailerLength;
        if (fc < 24 || random.Next(2) == 0 || frame[13] != 0x06) return length;
        fc &= ~3;
        uint crc = FcCrc.Compute(frame.AsSpan(28, fc));
        FcoeFrame.WriteTrailer(frame.AsSpan(28 + fc), crc, (seed[28 + 9] & 8) != 0 ? Eof.EOFt : Eof.EOFn);
        return 28 + fc + FcoeFrame.TrailerLength;
    }

    private sealed class Discard : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame) { }
    }

    private sealed class Ears : IFrameSink
    {
        public int Responses { get; private set; }

        public ushort RxId { get; private set; }

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            if (frame.Length < 60 || frame[13] != 0x06) return;
            if (frame[28] == (byte)FcpIu.Rsp) Responses++;
            else if (frame[28] == (byte)FcpIu.XferRdy) RxId = (ushort)((frame[46] << 8) | frame[47]);
        }
    }

    private sealed class Blind : Probes.IFcProbeSink
    {
        public int Count { get; private set; }

        public void OnProbe(in Probes.FcProbeEvent e) => Count++;
    }

    private sealed class Hash(PortRig rig) : IFrameSink
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            _hash.AppendData(BitConverter.GetBytes(rig.Clock.Elapsed.Ticks));
            _hash.AppendData(frame);
        }

        public string Result() => Convert.ToHexString(_hash.GetHashAndReset());
    }
}
