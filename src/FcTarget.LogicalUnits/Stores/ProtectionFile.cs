// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using Microsoft.Win32.SafeHandles;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// The file of a file unit's protection information, beside the file of its data: the tags of all blocks, complemented so that a hole is FFh, and
/// behind them a record of 64 bytes that says what they belong to: "FCTGT-PI", version, protection type, block length, number of blocks.
/// </summary>
internal static class ProtectionFile
{
    private const ulong Signature = 0x46435447542D5049; // "FCTGT-PI"
    private const uint CurrentVersion = 1;
    private const int RecordLength = 64;
    private const int VersionAt = 8, TypeAt = 12, BlockSizeAt = 16, BlocksAt = 24;

    /// <summary>The file that goes with a data file.</summary>
    public static string PathOf(string path) => path + ".pi";

    /// <summary>
    /// Puts the tags beside a data file. A new file is made for a medium of <paramref name="type"/>; of one that is there, the type is the one of
    /// its last FORMAT UNIT.
    /// </summary>
    /// <exception cref="LuConfigurationException">The file cannot be had, or is not this unit's.</exception>
    public static ProtectedStore Open(IBackingStore data, string path, int blockSize, int type, bool readOnly)
    {
        string tagPath = PathOf(path);
        long blocks = data.Length / blockSize;
        try
        {
            bool makeIt = !File.Exists(tagPath);
            SafeFileHandle file = File.OpenHandle(
                tagPath,
                makeIt ? FileMode.CreateNew : FileMode.Open,
                readOnly && !makeIt ? FileAccess.Read : FileAccess.ReadWrite,
                readOnly ? FileShare.Read : FileShare.None);
            try
            {
                if (makeIt && WriteRecord(file, blockSize, blocks, type) != StoreResult.Ok) throw new IOException("There is no room for it.");
                int found = ReadRecord(file, tagPath, blockSize, blocks);
                var tags = new FileStore(file, blocks * ProtectionInformation.Length);
                return new ProtectedStore(data, tags, blockSize, found, another => WriteRecord(file, blockSize, blocks, another));
            }
            catch
            {
                file.Dispose();
                if (makeIt) File.Delete(tagPath);
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new LuConfigurationException(
                $"The file of protection information '{tagPath}' cannot be opened: {fault.Message} Make it accessible, or serve the unit without pi=.",
                fault);
        }
    }

    private static StoreResult WriteRecord(SafeFileHandle file, int blockSize, long blocks, int type)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        record.Clear();
        WriteUInt64BigEndian(record, Signature);
        WriteUInt32BigEndian(record[VersionAt..], CurrentVersion);
        WriteInt32BigEndian(record[TypeAt..], type);
        WriteInt32BigEndian(record[BlockSizeAt..], blockSize);
        WriteInt64BigEndian(record[BlocksAt..], blocks);
        try
        {
            RandomAccess.Write(file, record, blocks * ProtectionInformation.Length);
            RandomAccess.FlushToDisk(file);
            return StoreResult.Ok;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return StoreResult.WriteFailed;
        }
    }

    /// <summary>The type; throws when the record is not the one that such a unit has.</summary>
    private static int ReadRecord(SafeFileHandle file, string tagPath, int blockSize, long blocks)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        record.Clear();
        int read = RandomAccess.Read(file, record, blocks * ProtectionInformation.Length);
        int type = ReadInt32BigEndian(record[TypeAt..]);
        bool isOurs = read == RecordLength
            && ReadUInt64BigEndian(record) == Signature
            && ReadUInt32BigEndian(record[VersionAt..]) == CurrentVersion
            && ReadInt32BigEndian(record[BlockSizeAt..]) == blockSize
            && ReadInt64BigEndian(record[BlocksAt..]) == blocks
            && type is >= 0 and <= 3;
        return isOurs ? type : throw new LuConfigurationException(
            $"'{tagPath}' does not hold the protection information of {blocks} blocks of {blockSize} bytes. "
            + "Serve the unit with the size and block size it had, or remove the file: its blocks are unchecked then until they are written.");
    }
}
