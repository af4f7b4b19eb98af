// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.Scsi;
using Microsoft.Win32.SafeHandles;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// The file of a file unit's protection information, beside the file of its data: the tags of all blocks, complemented so that a hole is FFh, and
/// behind them a record of 64 bytes that says what they belong to: "FCTGT-PI", version, protection type, block length, number of blocks, protection
/// interval exponent. There is room for the tags of the shortest intervals; in files of version 1 for one interval a block.
/// </summary>
internal static class ProtectionFile
{
    private const ulong Signature = 0x46435447542D5049; // "FCTGT-PI"
    private const int RecordLength = 64;
    private const int VersionAt = 8, TypeAt = 12, BlockSizeAt = 16, BlocksAt = 24, ExponentAt = 32;

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
        var medium = new Medium(tagPath, blockSize, data.Length / blockSize);
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
                if (makeIt && medium.Write(file, version: 2, new ProtectionFormat(type)) != StoreResult.Ok) throw new IOException("There is no room for it.");
                ProtectionFormat found = medium.Read(file, out int version);
                var tags = new FileStore(file, medium.RecordAt(version));
                return new ProtectedStore(data, tags, blockSize, found, another => medium.Write(file, version, another));
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

    /// <summary>What the tags belong to, and where in the file that is said.</summary>
    private readonly record struct Medium(string TagPath, int BlockSize, long Blocks)
    {
        /// <summary>Bytes of tags before the record.</summary>
        public long RecordAt(int version) =>
            (version == 1 ? Blocks : Blocks * (BlockSize / ProtectionFormat.MinimumInterval)) * ProtectionInformation.Length;

        public StoreResult Write(SafeFileHandle file, int version, ProtectionFormat format)
        {
            Span<byte> record = stackalloc byte[RecordLength];
            record.Clear();
            WriteUInt64BigEndian(record, Signature);
            WriteInt32BigEndian(record[VersionAt..], version);
            WriteInt32BigEndian(record[TypeAt..], format.Type);
            WriteInt32BigEndian(record[BlockSizeAt..], BlockSize);
            WriteInt64BigEndian(record[BlocksAt..], Blocks);
            WriteInt32BigEndian(record[ExponentAt..], format.IntervalExponent);
            try
            {
                RandomAccess.Write(file, record, RecordAt(version));
                RandomAccess.FlushToDisk(file);
                return StoreResult.Ok;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                return StoreResult.WriteFailed;
            }
        }

        /// <summary>The format; throws when the record is not the one that such a unit has.</summary>
        public ProtectionFormat Read(SafeFileHandle file, out int version)
        {
            Span<byte> record = stackalloc byte[RecordLength];
            for (version = 2; version > 0; version--)
            {
                record.Clear();
                int read = RandomAccess.Read(file, record, RecordAt(version));
                var format = new ProtectionFormat(ReadInt32BigEndian(record[TypeAt..]), ReadInt32BigEndian(record[ExponentAt..]));
                bool isOurs = read == RecordLength
                    && ReadUInt64BigEndian(record) == Signature
                    && ReadInt32BigEndian(record[VersionAt..]) == version
                    && ReadInt32BigEndian(record[BlockSizeAt..]) == BlockSize
                    && ReadInt64BigEndian(record[BlocksAt..]) == Blocks
                    && format.Fits(BlockSize);
                if (isOurs) return format;
            }
            throw new LuConfigurationException(
                $"'{TagPath}' does not hold the protection information of {Blocks} blocks of {BlockSize} bytes. "
                + "Serve the unit with the size and block size it had, or remove the file: its blocks are unchecked then until they are written.");
        }
    }
}
