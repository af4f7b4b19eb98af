// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Diagnostics;
using FcTarget.Wire.Capture;
using FcTarget.Wire.Recording;

namespace FcTarget.Wire.Tests;

// The way from the buffer to the disk, without threads: who writes when is the test's choice.
public sealed class RecordingWriterTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-writer-").FullName;
    private readonly Random _random = new(11);
    private int _laid;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf => Path.Combine(_folder, "frames.pcapng");

    private void Lay(RecordingBuffer buffer, int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            int length = _random.Next(64, 2200);
            buffer.TryReserve(PcapNgEncoder.PacketLength(length, 16), out Span<byte> block).Should().BeTrue();
            Span<byte> frame = block.Slice(PcapNgEncoder.PacketHeader, length);
            frame.Fill((byte)(_laid * 7));
            BinaryPrimitives.WriteInt32LittleEndian(frame, _laid++);
            buffer.Lay(length, _laid * 1000L, FrameDirection.Inbound, _laid % 3 == 0 ? "scsi-command"u8 : default);
        }
        buffer.Publish();
    }

    private int CheckFrames(string path, int number)
    {
        using PcapReader reader = PcapReader.Open(path);
        while (reader.TryRead(out CapturedFrame frame))
        {
            BinaryPrimitives.ReadInt32LittleEndian(frame.Data).Should().Be(number);
            frame.Data[4..].IndexOfAnyExcept((byte)(number * 7)).Should().Be(-1);
            number++;
        }
        return number;
    }

    /// <summary>Whether the file system of the test takes direct writes, as another program finds.</summary>
    private bool HasDirect()
    {
        using Process dd = Process.Start(
            new ProcessStartInfo("dd", ["if=/dev/zero", $"of={Path.Combine(_folder, "probe")}", "bs=4096", "count=1", "oflag=direct"]) { RedirectStandardError = true })!;
        dd.StandardError.ReadToEnd();
        dd.WaitForExit();
        return dd.ExitCode == 0;
    }

    private (RecordingBuffer Buffer, RecordingFile File, RecordingWriter Writer) Make(int bufferMiB, string path, long? most = null)
    {
        RecordingFile file = new(new RecordingOptions { Path = path, MaxBytes = most, Files = 100 }, "eth0");
        RecordingBuffer buffer = new(bufferMiB * MiB, file.Phase);
        return (buffer, file, new RecordingWriter(buffer, file, "disk"));
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(64, 3 * MiB)]
    [InlineData(64, 2 * MiB + 4)]
    [InlineData(2, 3 * MiB)] // the lane takes one piece at a time: the page cache has some of it
    public void Full_chunks_go_past_the_page_cache_and_the_files_are_whole(int bufferMiB, int? most)
    {
        (RecordingBuffer buffer, RecordingFile file, RecordingWriter writer) = Make(bufferMiB, PathOf, most);
        using (writer)
        {
            for (int i = 0; i < 10; i++)
            {
                Lay(buffer, 1200); // 1.3 MiB
                writer.Pass(last: false);
                if (i == 4) // with nothing new: the file ends in the midst of a page and goes on from there
                    for (int idle = 0; idle < 2; idle++) writer.Pass(last: false);
                file.Lane!.Drain();
            }
            writer.Pass(last: true);
            writer.End();
            file.Lane!.Written.Should().BeGreaterThan(bufferMiB == 2 ? 2 * MiB : 8 * MiB);
            file.HasDirect.Should().Be(HasDirect());
        }
        string[] files = [.. Enumerable.Range(1, 100).Select(i => $"{PathOf}.{i}").Where(File.Exists).Reverse(), PathOf];
        files.Length.Should().BeInRange(most is null ? 1 : 3, most is null ? 1 : 7);
        if (most is not null) files.SkipLast(1).Should().OnlyContain(f => new FileInfo(f).Length >= most && new FileInfo(f).Length < most + 2500);
        files.Aggregate(0, (number, path) => CheckFrames(path, number)).Should().Be(12_000);
    }

    [Fact]
    public void What_is_laid_shows_in_the_file_after_a_long_nap_without_a_full_chunk()
    {
        (RecordingBuffer buffer, RecordingFile file, RecordingWriter writer) = Make(4, PathOf);
        using (writer)
        {
            Lay(buffer, 2000);
            writer.Pass(last: false);
            file.Lane!.Drain();
            CheckFrames(PathOf, 0).Should().BeInRange(1, 1999, "only the full chunks are written while frames come fast");
            while (writer.Nap < TimeSpan.FromMilliseconds(20)) writer.Pass(last: false);
            writer.Pass(last: false);
            file.Lane.Drain();
            CheckFrames(PathOf, 0).Should().Be(2000);
        }
    }

    // Alignments that a file system refuses, or does not: nobody may see a difference.
    [Theory]
    [InlineData(0, 4096)]
    [InlineData(1, 4096)]
    [InlineData(512, 4096)]
    [InlineData(0, 4095)]
    public void A_direct_write_that_is_refused_goes_through_the_page_cache(int misaligned, int length)
    {
        RecordingBuffer buffer = new(MiB, phase: 0);
        RecordingChunk chunk = buffer.First;
        _random.NextBytes(chunk.Bytes);
        int origin = chunk.Origin + misaligned, end = origin + length;
        using (DirectLane lane = new(buffer, "disk"))
        using (PageFile file = new(PathOf))
        {
            _ = file.TryWritePages(lane, chunk, origin, end);
            file.Write(chunk.Bytes.AsSpan(end, 100));
            lane.Drain();
            if (!file.TryWritePages(lane, chunk, end + 100, end + 4196)) file.Write(chunk.Bytes.AsSpan(end + 100, 4096));
            file.Length.Should().Be(length + 100 + 4096);
        }
        File.ReadAllBytes(PathOf).Should().Equal(chunk.Bytes[origin..(end + 4196)]);
    }

    [Fact]
    public void A_lane_that_waits_for_its_disk_leaves_the_rest_to_the_page_cache()
    {
        RecordingBuffer buffer = new(4 * MiB, phase: 0); // 8 chunks: two pieces may wait
        StuckFile file = new();
        using DirectLane lane = new(buffer, "disk");
        lane.TryPost(file, buffer.First, 0, 4096, 0).Should().BeTrue();
        file.IsWriting.Wait();
        for (int i = 0; i < 2; i++) lane.TryPost(file, buffer.First, 0, 4096, 0).Should().BeTrue();
        lane.TryPost(file, buffer.First, 0, 4096, 0).Should().BeFalse();
        file.GoesOn.Set();
        lane.Drain();
        (file.Pieces, lane.Written).Should().Be((3, 3 * 4096));
        lane.TryPost(file, buffer.First, 0, 4096, 0).Should().BeTrue();
    }

    [Fact]
    public void A_piece_that_cannot_be_written_is_told_of()
    {
        RecordingBuffer buffer = new(4 * MiB, phase: 0);
        StuckFile file = new() { Fault = new IOException("No space left on device") };
        using DirectLane lane = new(buffer, "disk");
        lane.TryPost(file, buffer.First, 0, 4096, 0).Should().BeTrue();
        file.GoesOn.Set();
        ((Action)lane.Drain).Should().Throw<IOException>().WithMessage("No space left on device");
        ((Action)(() => lane.TryPost(file, buffer.First, 0, 4096, 0))).Should().Throw<IOException>();
    }

    [Fact]
    public void A_chunk_is_not_filled_anew_while_the_lane_has_a_piece_of_it()
    {
        RecordingBuffer buffer = new(1, phase: 0); // the fewest chunks
        StuckFile file = new();
        using DirectLane lane = new(buffer, "disk");
        RecordingChunk held = buffer.First;
        lane.TryPost(file, held, held.Origin, held.Origin + 4096, 0).Should().BeTrue();
        buffer.Release(held); // the writer is through with it
        int free = 0;
        while (buffer.TryReserve(60_000, out _))
        {
            buffer.Lay(59_000, 0, FrameDirection.Inbound, default);
            free++;
        }
        file.GoesOn.Set();
        lane.Drain();
        free.Should().Be(buffer.Chunks, "each chunk was filled once");
        buffer.TryReserve(60_000, out _).Should().BeTrue();
    }

    [Fact]
    public void A_pipe_gets_the_same_stream()
    {
        string pipe = MakePipe(), copy = Path.Combine(_folder, "copy");
        using Process cat = Process.Start("sh", ["-c", "exec cat \"$0\" > \"$1\"", pipe, copy]);
        (RecordingBuffer buffer, RecordingFile file, RecordingWriter writer) = Make(16, pipe);
        using (writer)
        {
            Lay(buffer, 3000);
            writer.Pass(last: false);
            writer.Pass(last: true);
            writer.End();
            file.HasDirect.Should().BeFalse();
        }
        cat.WaitForExit();
        CheckFrames(copy, 0).Should().Be(3000);
    }

    private string MakePipe()
    {
        string pipe = Path.Combine(_folder, "pipe");
        using Process mkfifo = Process.Start("mkfifo", [pipe]);
        mkfifo.WaitForExit();
        return pipe;
    }

    private sealed class StuckFile : IDirectFile
    {
        public ManualResetEventSlim IsWriting { get; } = new();

        public ManualResetEventSlim GoesOn { get; } = new();

        public Exception? Fault { get; init; }

        public int Pieces { get; private set; }

        public void WriteDirect(ReadOnlySpan<byte> pages, long offset)
        {
            IsWriting.Set();
            GoesOn.Wait();
            if (Fault is not null) throw Fault;
            Pieces++;
        }
    }
}
