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

    [Theory]
    [InlineData(64, null)]
    [InlineData(64, 3 * MiB)]
    [InlineData(64, 2 * MiB + 4)]
    [InlineData(2, 3 * MiB)] // the writer is behind: the page cache takes some of it
    public void Full_chunks_go_past_the_page_cache_and_the_files_are_whole(int bufferMiB, int? most)
    {
        RecordingFile file = new(new RecordingOptions { Path = PathOf, MaxBytes = most, Files = 100 }, "eth0");
        RecordingBuffer buffer = new(bufferMiB * MiB, file.Phase);
        using (RecordingWriter writer = new(buffer, file))
        {
            for (int i = 0; i < 10; i++)
            {
                Lay(buffer, 1200); // 1.3 MiB
                writer.Pass(last: false);
                if (i == 4) writer.Pass(last: false); // twice with nothing new: the file ends in the midst of a page and goes on from there
            }
            writer.Pass(last: true);
            if (HasDirect()) file.DirectBytes.Should().BeGreaterThan(bufferMiB == 2 ? MiB : 8 * MiB);
        }
        string[] files = [.. Enumerable.Range(1, 100).Select(i => $"{PathOf}.{i}").Where(File.Exists).Reverse(), PathOf];
        files.Length.Should().BeInRange(most is null ? 1 : 3, most is null ? 1 : 7);
        if (most is not null) files.SkipLast(1).Should().OnlyContain(f => new FileInfo(f).Length >= most && new FileInfo(f).Length < most + 2500);
        files.Aggregate(0, (number, path) => CheckFrames(path, number)).Should().Be(12_000);
    }

    [Fact]
    public void What_is_laid_shows_in_the_file_after_a_long_nap_without_a_full_chunk()
    {
        RecordingFile file = new(new RecordingOptions { Path = PathOf }, "eth0");
        RecordingBuffer buffer = new(4 * MiB, file.Phase);
        using RecordingWriter writer = new(buffer, file);
        Lay(buffer, 2000);
        writer.Pass(last: false);
        CheckFrames(PathOf, 0).Should().BeInRange(1, 1999, "only the full chunks are written while frames come fast");
        while (writer.Nap < TimeSpan.FromMilliseconds(20)) writer.Pass(last: false);
        writer.Pass(last: false);
        CheckFrames(PathOf, 0).Should().Be(2000);
    }

    // Alignments that a file system refuses, or does not: nobody may see a difference.
    [Theory]
    [InlineData(0, 4096)]
    [InlineData(1, 4096)]
    [InlineData(512, 4096)]
    [InlineData(0, 4095)]
    public void A_direct_write_that_is_refused_goes_through_the_page_cache(int misaligned, int length)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(16 * 4096, pinned: true);
        _random.NextBytes(bytes);
        int origin = new RecordingChunkAddress(bytes).Origin + misaligned;
        using (PageFile file = new(PathOf))
        {
            file.WritePages(bytes.AsSpan(origin, length));
            file.Write(bytes.AsSpan(origin + length, 100));
            file.WritePages(bytes.AsSpan(origin + length + 100, 4096));
            file.Length.Should().Be(length + 100 + 4096);
        }
        File.ReadAllBytes(PathOf).Should().Equal(bytes[origin..(origin + length + 100 + 4096)]);
    }

    [Fact]
    public void A_pipe_gets_the_same_stream()
    {
        string pipe = Path.Combine(_folder, "pipe"), copy = Path.Combine(_folder, "copy");
        using (Process mkfifo = Process.Start("mkfifo", [pipe])) mkfifo.WaitForExit();
        using Process cat = Process.Start("sh", ["-c", "exec cat \"$0\" > \"$1\"", pipe, copy]);
        RecordingFile file = new(new RecordingOptions { Path = pipe }, "eth0");
        RecordingBuffer buffer = new(16 * MiB, file.Phase);
        using (RecordingWriter writer = new(buffer, file))
        {
            Lay(buffer, 3000);
            writer.Pass(last: false);
            writer.Pass(last: true);
            file.DirectBytes.Should().Be(0);
        }
        cat.WaitForExit();
        CheckFrames(copy, 0).Should().Be(3000);
    }

    private readonly struct RecordingChunkAddress(byte[] pinned)
    {
        public int Origin { get; } = (int)(-System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0) & 4095);
    }
}
