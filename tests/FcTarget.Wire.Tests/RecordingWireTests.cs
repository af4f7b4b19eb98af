// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;
using FcTarget.Formats;
using FcTarget.Wire.Capture;
using FcTarget.Wire.Recording;

namespace FcTarget.Wire.Tests;

public sealed class RecordingWireTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-recording-").FullName;
    private readonly MemorySegment _segment = new();
    private readonly MemoryWire _peer;

    public RecordingWireTests() => _peer = _segment.Attach("peer", new MacAddress(0x02_00_00_00_00_02ul));

    private string PathOf => Path.Combine(_folder, "frames.pcapng");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RecordingWire Record(RecordingOptions? options = null) =>
        new(_segment.Attach("eth9", new MacAddress(0x02_00_00_00_00_01ul)), options ?? new RecordingOptions { Path = PathOf }, TimeProvider.System);

    private static byte[] Frame(byte mark, int length = 80)
    {
        byte[] frame = new byte[length];
        new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 9, 0x89, 0x14 }.CopyTo(frame, 0);
        frame[^1] = mark;
        return frame;
    }

    private static void Send(IFrameWire wire, byte[] frame)
    {
        wire.TryGetTransmitSlot(out Span<byte> slot).Should().BeTrue();
        frame.CopyTo(slot);
        wire.Commit(frame.Length);
        wire.Flush();
    }

    private static List<byte[]> FramesIn(string path)
    {
        List<byte[]> frames = [];
        using PcapReader reader = PcapReader.Open(path);
        while (reader.TryRead(out CapturedFrame frame)) frames.Add(frame.Data.ToArray());
        return frames;
    }

    [Fact]
    public void Both_ways_are_recorded_in_their_order_and_reach_the_other_side_unchanged()
    {
        Hearing atPeer = new(), here = new();
        using (RecordingWire wire = Record())
        {
            Send(_peer, Frame(1));
            Answering answer = new(wire, Frame(2));
            wire.Receive(answer, 10).Should().Be(1);
            Send(wire, Frame(3));
            _peer.Receive(atPeer, 10);
            wire.Dropped.Should().Be(0);
        }
        atPeer.Frames.Select(f => f[^1]).Should().Equal(2, 3);
        FramesIn(PathOf).Select(f => f[^1]).Should().Equal(1, 2, 3);
        Directions(PathOf).Should().Equal(1u, 2u, 2u);
        here.Frames.Should().BeEmpty();
    }

    [Fact]
    public void A_comment_belongs_to_the_frame_being_handled_or_else_to_the_next_one_sent()
    {
        using (RecordingWire wire = Record())
        {
            Send(_peer, Frame(1));
            wire.Receive(new Commenting(wire), 10);
            wire.Comment("scsi-response"u8);
            Send(wire, Frame(2));
            Send(wire, Frame(3));
        }
        Comments(PathOf).Should().Equal("link-up rport-login-start", "scsi-response", "");
    }

    [Fact]
    public void A_commentator_is_asked_about_each_received_frame_before_it_is_recorded_and_before_its_answer()
    {
        using (RecordingWire wire = Record())
        {
            Remarking remarks = new(wire);
            wire.Commentator = remarks;
            Send(_peer, Frame(1));
            wire.Receive(new Answering(wire, Frame(2)), 10);
            Send(_peer, Frame(3));
            wire.Receive(new Ignoring(), 10);
            Send(wire, Frame(4));
            remarks.Calls.Should().Equal("begin", "end", "begin", "end");
        }
        Comments(PathOf).Should().Equal("!refused", "", "!refused", "");
    }

    [Fact]
    public void Frames_that_do_not_fit_the_memory_are_counted_and_the_wire_goes_on()
    {
        Hearing atPeer = new();
        using (RecordingWire wire = Record(new RecordingOptions { Path = PathOf, BufferBytes = 1 }))
        {
            int sent = 0;
            for (; wire.Dropped == 0 && sent < 100_000; sent++)
            {
                Send(wire, Frame(1, 1500));
                _peer.Receive(atPeer, 10);
            }
            wire.Dropped.Should().BePositive();
            atPeer.Frames.Count.Should().Be(sent);
            // The recording takes up again as soon as there is room, and says what it lacks.
            long lacking;
            do
            {
                lacking = wire.Dropped;
                Thread.Yield();
                Send(wire, Frame(2, 100));
                _peer.Receive(atPeer, 10);
            }
            while (wire.Dropped != lacking);
        }
        Options(PathOf, 4).Should().Contain(value => BinaryPrimitives.ReadUInt64LittleEndian(value) > 0);
    }

    [Fact]
    public void What_is_said_of_frames_that_are_lost_is_lost_with_them()
    {
        using (RecordingWire wire = Record(new RecordingOptions { Path = PathOf, BufferBytes = 1 }))
        {
            Ignoring ignoring = new();
            Commenting commenting = new(wire);
            for (long lost = 0; wire.Dropped < 100 || wire.Dropped > lost;)
            {
                lost = wire.Dropped;
                Send(_peer, Frame(1, 1500));
                wire.Receive(commenting, 10);
                wire.Comment("scsi-response"u8);
                Send(wire, Frame(2, 1500));
                _peer.Receive(ignoring, 10);
                if (wire.Dropped > lost) Thread.Yield();
            }
        }
        Comments(PathOf).Should().OnlyContain(comment => comment == "link-up rport-login-start" || comment == "scsi-response");
    }

    [Fact]
    public void Frames_that_are_lost_with_none_after_them_are_told_at_the_end()
    {
        RecordingWire wire = Record(new RecordingOptions { Path = PathOf, BufferBytes = 1 });
        Send(wire, new byte[80]);
        Ignoring atPeer = new();
        while (wire.Dropped == 0)
        {
            Send(wire, Frame(1, 1500));
            _peer.Receive(atPeer, 10);
        }
        long lost = wire.Dropped;
        wire.Dispose();
        Statistics(PathOf).Should().Equal((ulong)lost);
    }

    // Chunks of memory, pages of the file and files end in the midst of frames of any length: none is lost, none is changed.
    [Theory]
    [InlineData(null)]
    [InlineData(100_000)]
    [InlineData(1)]
    public void Every_frame_is_in_the_files_once_and_in_order(int? most)
    {
        const int Frames = 3000;
        Ignoring atPeer = new();
        Random random = new(7);
        using (RecordingWire wire = Record(new RecordingOptions { Path = PathOf, MaxBytes = most, Files = Frames + 1, BufferBytes = 16 << 20 }))
        {
            for (int i = 0; i < (most == 1 ? 30 : Frames); i++)
            {
                byte[] frame = Frame((byte)i, random.Next(64, 1500));
                BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(14), i);
                frame.AsSpan(18, frame.Length - 19).Fill((byte)(i * 7));
                Send(wire, frame);
                _peer.Receive(atPeer, 10);
            }
            wire.Dropped.Should().Be(0);
        }
        List<string> files = [PathOf, .. Enumerable.Range(1, Frames).Select(i => $"{PathOf}.{i}").Where(File.Exists)];
        if (most is null) files.Should().ContainSingle();
        else files.Count.Should().BeGreaterThan(10);
        files.Reverse();
        int number = 0;
        foreach (byte[] frame in files.SelectMany(FramesIn))
        {
            BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(14)).Should().Be(number);
            frame.AsSpan(18, frame.Length - 19).IndexOfAnyExcept((byte)(number * 7)).Should().Be(-1);
            number++;
        }
        number.Should().Be(most == 1 ? 30 : Frames);
        if (most > 1) files.SkipLast(1).Should().OnlyContain(file => new FileInfo(file).Length >= most && new FileInfo(file).Length < most + 2000);
    }

    [Fact]
    public void A_file_that_is_long_enough_is_turned_over_and_the_oldest_goes()
    {
        using (RecordingWire wire = Record(new RecordingOptions { Path = PathOf, MaxBytes = 4096, Files = 3 }))
        {
            Hearing atPeer = new();
            for (int i = 0; i < 200; i++)
            {
                Send(wire, Frame((byte)i));
                _peer.Receive(atPeer, 10);
            }
        }
        Directory.GetFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo("frames.pcapng", "frames.pcapng.1", "frames.pcapng.2");
        List<byte[]> newest = FramesIn(PathOf), older = FramesIn(PathOf + ".1");
        newest[^1][^1].Should().Be(199);
        older[^1][^1].Should().Be((byte)(newest[0][^1] - 1));
    }

    [Fact]
    public void Recording_allocates_nothing_per_frame_on_the_loop()
    {
        using RecordingWire wire = Record();
        Ignoring atPeer = new();
        byte[] frame = Frame(1, 1000);
        for (int i = 0; i < 100; i++) One();
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) One();
        }).Should().Be(0);

        void One()
        {
            wire.TryGetTransmitSlot(out Span<byte> slot);
            frame.CopyTo(slot);
            wire.Commit(frame.Length);
            wire.Flush();
            _peer.Receive(atPeer, 10);
        }
    }

    // ---- reading pcapng apart -------------------------------------------------------------------------------------

    private static IEnumerable<uint> Directions(string path) => Options(path, 2).Select(value => BinaryPrimitives.ReadUInt32LittleEndian(value));

    private static IEnumerable<string> Comments(string path) =>
        Packets(path).Select(packet => Encoding.UTF8.GetString(OptionsOf(packet).Where(option => option.Code == 1).Select(option => option.Value).SingleOrDefault() ?? []));

    private static IEnumerable<byte[]> Options(string path, ushort code) =>
        Packets(path).SelectMany(OptionsOf).Where(option => option.Code == code).Select(option => option.Value);

    /// <summary>isb_ifdrop of the Interface Statistics Blocks.</summary>
    private static IEnumerable<ulong> Statistics(string path) =>
        Blocks(path, 5).Select(block => BinaryPrimitives.ReadUInt64LittleEndian(block.AsSpan(24)));

    private static IEnumerable<byte[]> Packets(string path) => Blocks(path, 6);

    private static IEnumerable<byte[]> Blocks(string path, uint type)
    {
        byte[] file = File.ReadAllBytes(path);
        for (int at = 0; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)) == type) yield return file[at..(at + length)];
            at += length;
        }
    }

    private static IEnumerable<(ushort Code, byte[] Value)> OptionsOf(byte[] packet)
    {
        int captured = BinaryPrimitives.ReadInt32LittleEndian(packet.AsSpan(20));
        for (int at = 28 + ((captured + 3) & ~3); at < packet.Length - 4;)
        {
            ushort code = BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(at)), length = BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(at + 2));
            if (code == 0) yield break;
            yield return (code, packet[(at + 4)..(at + 4 + length)]);
            at += 4 + ((length + 3) & ~3);
        }
    }

    private sealed class Hearing : IFrameSink
    {
        public List<byte[]> Frames { get; } = [];

        public void OnFrame(ReadOnlySpan<byte> frame) => Frames.Add(frame.ToArray());
    }

    private sealed class Ignoring : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            // nobody looks
        }
    }

    private sealed class Answering(IFrameWire wire, byte[] answer) : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame) => Send(wire, answer);
    }

    private sealed class Remarking(RecordingWire wire) : IFrameCommentator
    {
        public List<string> Calls { get; } = [];

        public void BeginFrame() => Calls.Add("begin");

        public void EndFrame()
        {
            Calls.Add("end");
            wire.Comment("!refused"u8);
        }
    }

    private sealed class Commenting(RecordingWire wire) : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            wire.Comment("link-up"u8);
            wire.Comment("rport-login-start"u8);
        }
    }
}
