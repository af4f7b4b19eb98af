// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.State;

/// <summary>What a logical unit has done, for LOG SENSE. Any thread counts; a reader sees each counter whole.</summary>
internal sealed class DeviceCounters
{
    private long _reads, _writes, _blocksRead, _blocksWritten, _verifies;
    private long _readErrors, _writeErrors, _verifyErrors, _selfTests;

    public long Reads => Volatile.Read(ref _reads);

    public long Writes => Volatile.Read(ref _writes);

    public long BlocksRead => Volatile.Read(ref _blocksRead);

    public long BlocksWritten => Volatile.Read(ref _blocksWritten);

    public long Verifies => Volatile.Read(ref _verifies);

    public long ReadErrors => Volatile.Read(ref _readErrors);

    public long WriteErrors => Volatile.Read(ref _writeErrors);

    public long VerifyErrors => Volatile.Read(ref _verifyErrors);

    public long SelfTests => Volatile.Read(ref _selfTests);

    public void CountRead(long blocks)
    {
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _blocksRead, blocks);
    }

    public void CountWrite(long blocks)
    {
        Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _blocksWritten, blocks);
    }

    public void CountVerify() => Interlocked.Increment(ref _verifies);

    public void CountReadError() => Interlocked.Increment(ref _readErrors);

    public void CountWriteError() => Interlocked.Increment(ref _writeErrors);

    public void CountVerifyError() => Interlocked.Increment(ref _verifyErrors);

    public void CountSelfTest() => Interlocked.Increment(ref _selfTests);

    /// <summary>LOG SELECT with PCR: all but the self-tests begin at zero again.</summary>
    public void Reset()
    {
        Volatile.Write(ref _reads, 0);
        Volatile.Write(ref _writes, 0);
        Volatile.Write(ref _blocksRead, 0);
        Volatile.Write(ref _blocksWritten, 0);
        Volatile.Write(ref _verifies, 0);
        Volatile.Write(ref _readErrors, 0);
        Volatile.Write(ref _writeErrors, 0);
        Volatile.Write(ref _verifyErrors, 0);
    }
}
