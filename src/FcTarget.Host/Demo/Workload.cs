// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;
using FcTarget.Initiator;
using FcTarget.Scsi;

namespace FcTarget.Host.Demo;

/// <summary>A byte was lost or a command failed.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);

/// <summary>
/// Writes a disk and knows what must be on it. The disk is cut into chunks of 4 KiB; what a chunk holds follows from its number and
/// from how often it was written. Each worker has chunks of its own, so that several can be under way at once.
/// </summary>
internal sealed class Workload
{
    public const int ChunkLength = 4096;

    private const int Workers = 16;

    /// <summary>Chunks in one command of the sequential passes: 64 KiB.</summary>
    private const int Run = 16;

    private readonly InitiatorClient _client;
    private readonly InitiatorTarget _target;
    private readonly Lun _lun;
    private readonly uint _blocksPerChunk;
    private readonly int[] _writes;

    public Workload(InitiatorClient client, InitiatorTarget target, Lun lun, DiskCapacity capacity)
    {
        _client = client;
        _target = target;
        _lun = lun;
        _blocksPerChunk = ChunkLength / capacity.BlockSize;
        _writes = new int[capacity.Length / ChunkLength / Run * Run];
    }

    /// <summary>Bytes that were read and found to be what was written.</summary>
    public long Verified => Volatile.Read(ref _verified);

    private long _verified;

    /// <summary>Writes every chunk once, in order.</summary>
    public Task WriteAllAsync(Meter meter, CancellationToken cancellation) => EachRunAsync(meter, isWrite: true, cancellation);

    /// <summary>Reads every chunk and compares.</summary>
    public Task VerifyAllAsync(Meter meter, CancellationToken cancellation) => EachRunAsync(meter, isWrite: false, cancellation);

    /// <summary>Reads (two of three) and writes chunks at random for some time, and compares what it reads.</summary>
    public Task MixAsync(Meter meter, TimeSpan length, CancellationToken cancellation) => AllWorkersAsync(async worker =>
    {
        Random random = new(worker);
        byte[] data = new byte[ChunkLength];
        while (meter.Elapsed < length)
        {
            cancellation.ThrowIfCancellationRequested();
            int chunk = (random.Next(_writes.Length / Workers) * Workers) + worker;
            await MoveAsync(meter, chunk, data, isWrite: random.Next(3) == 0, cancellation);
        }
    });

    private Task EachRunAsync(Meter meter, bool isWrite, CancellationToken cancellation) => AllWorkersAsync(async worker =>
    {
        byte[] data = new byte[Run * ChunkLength];
        for (int chunk = worker * Run; chunk < _writes.Length; chunk += Workers * Run)
        {
            cancellation.ThrowIfCancellationRequested();
            await MoveAsync(meter, chunk, data, isWrite, cancellation);
        }
    });

    private static Task AllWorkersAsync(Func<int, Task> work) => Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => work(worker))));

    private async Task MoveAsync(Meter meter, int chunk, byte[] data, bool isWrite, CancellationToken cancellation)
    {
        ulong lba = (ulong)chunk * _blocksPerChunk;
        uint blocks = (uint)(data.Length / ChunkLength) * _blocksPerChunk;
        if (isWrite)
            for (int i = 0; i < data.Length / ChunkLength; i++) Fill(data.AsSpan(i * ChunkLength, ChunkLength), chunk + i, ++_writes[chunk + i]);
        long start = Stopwatch.GetTimestamp();
        ScsiResult result = isWrite
            ? await _client.WriteAsync(_target, _lun, lba, blocks, data, cancellation: cancellation)
            : await _client.ReadAsync(_target, _lun, lba, blocks, data, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!result.IsGood || result.BytesMoved != data.Length) throw new DemoFailedException($"{(isWrite ? "WRITE" : "READ")} of {blocks} blocks at LBA {lba} ended with {result}, {result.BytesMoved} bytes.");
        meter.Record(data.Length, Stopwatch.GetElapsedTime(start));
        if (!isWrite) Verify(data, chunk);
    }

    private void Verify(byte[] data, int chunk)
    {
        Span<byte> expected = stackalloc byte[ChunkLength];
        for (int i = 0; i < data.Length / ChunkLength; i++)
        {
            Fill(expected, chunk + i, _writes[chunk + i]);
            int same = expected.CommonPrefixLength(data.AsSpan(i * ChunkLength, ChunkLength));
            if (same < ChunkLength) throw new DemoFailedException($"Byte {((long)(chunk + i) * ChunkLength) + same} of the disk is not what was written there.");
        }
        Interlocked.Add(ref _verified, data.Length);
    }

    /// <summary>SplitMix64 from the chunk's number and age: no two words of the disk are alike.</summary>
    private static void Fill(Span<byte> data, int chunk, int age)
    {
        ulong state = ((ulong)(uint)chunk << 32) | (uint)age;
        foreach (ref ulong word in MemoryMarshal.Cast<byte, ulong>(data))
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            word = z ^ (z >> 31);
        }
    }
}
