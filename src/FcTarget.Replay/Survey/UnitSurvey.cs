// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FcTarget.Replay.Engine;
using FcTarget.Scsi;

namespace FcTarget.Replay.Survey;

/// <summary>What a capture tells of one logical unit: its size, what it calls itself, and the content of blocks before they are written.</summary>
internal sealed class UnitSurvey : IDisposable
{
    /// <summary>A command that touches more than this at once, 256 MiB, ends the learning of content.</summary>
    private const ulong MostLearnt = 256 << 20;

    private const int LbaOutOfRange = 0x2100;

    private readonly BlockSet _known = new(); // blocks read or written
    private readonly BlockDigests _digests = new();

    /// <summary>A whole answer to a command said that there is a block device here.</summary>
    public bool IsThere { get; private set; }

    /// <summary>Logical blocks, of READ CAPACITY; 0 while that was not seen.</summary>
    public ulong Blocks { get; private set; }

    /// <summary>The end of the highest range that was read or written without an error.</summary>
    public ulong BlocksUsed { get; private set; }

    /// <summary>The least LBA that the captured target called out of range.</summary>
    public ulong FirstBeyond { get; private set; } = ulong.MaxValue;

    /// <summary>Logical block length in bytes; 0 while it is not known.</summary>
    public int BlockLength { get; private set; }

    public int PhysicalExponent { get; private set; }

    public bool Thin { get; private set; }

    public int ProtectionType { get; private set; }

    public bool Removable { get; private set; }

    /// <summary>PRODUCT IDENTIFICATION and PRODUCT REVISION LEVEL of INQUIRY; empty while they are not known.</summary>
    public string Product { get; private set; } = "";

    public string Revision { get; private set; } = "";

    public string SerialNumber { get; private set; } = "";

    /// <summary>NAA designator of the logical unit, 16 bytes; 0 while it is not known.</summary>
    public UInt128 Naa { get; private set; }

    public LearntStore Content { get; } = new();

    /// <summary>Writes that lack data in the capture.</summary>
    public LostWrites Lost { get; } = new();

    public void Dispose() => Content.Dispose();

    /// <summary>A command comes: its range is known to have been written from now on, if that is what it does.</summary>
    public void OnCommand(SurveyedCommand command)
    {
        OperationCode code = (OperationCode)command.Cdb[0];
        command.Reads = code is OperationCode.Read6 or OperationCode.Read10 or OperationCode.Read12 or OperationCode.Read16
            || (code == OperationCode.VariableLengthCdb && CommandNames.Of(command.Cdb) == "READ(32)");
        if (!command.Reads && !Writes(code, command.Cdb)) return;
        command.Lba = Cdb.Lba(command.Cdb);
        command.Blocks = Cdb.TransferLength(command.Cdb);
        if (command.Blocks != 0 && command.DataLength % command.Blocks == 0) Infer((int)Math.Min(command.DataLength / command.Blocks, 4096u));
        if (command.Reads) return;
        _digests.OnWrite(command.Lba, command.Blocks);
        if (code is OperationCode.Unmap or OperationCode.FormatUnit or OperationCode.Sanitize or OperationCode.ThirdPartyCopyOut || !IsSmall(command)) _known.AddAll();
        else _known.Add(command.Lba, command.Blocks);
    }

    /// <summary>FCP_DATA of a command that writes.</summary>
    public void OnWritten(SurveyedCommand command, uint offset, ReadOnlySpan<byte> data, SectionFinder? sections)
    {
        // Of a command that has as much data as blocks: WRITE SAME and the like have not.
        if (sections is null || command.Reads || BlockLength == 0 || !IsSmall(command) || command.DataLength != command.Blocks * (ulong)BlockLength) return;
        _digests.OnData((command.Lba * (ulong)BlockLength) + offset, data, BlockLength, isRead: false, sections);
    }

    /// <summary>FCP_DATA of an answer.</summary>
    public void OnData(SurveyedCommand command, uint offset, ReadOnlySpan<byte> data, SectionFinder? sections)
    {
        if (!command.Reads)
        {
            command.Keep(offset, data);
            return;
        }
        if (BlockLength == 0 || !IsSmall(command) || offset > command.DataLength) return;
        command.DataBytes += data.Length;
        command.DataEnd = Math.Max(command.DataEnd, offset + (uint)data.Length);
        ulong at = (command.Lba * (ulong)BlockLength) + offset;
        if (sections is not null) _digests.OnData(at, data, BlockLength, isRead: true, sections);
        while (!data.IsEmpty)
        {
            int now = Math.Min(data.Length, BlockLength - (int)(at % (ulong)BlockLength));
            Lost.OnRead(at / (ulong)BlockLength, (int)(at % (ulong)BlockLength), data[..now]);
            if (!_known.Contains(at / (ulong)BlockLength) && at < long.MaxValue - (ulong)now) Content.Write((long)at, data[..now]);
            data = data[now..];
            at += (ulong)now;
        }
    }

    /// <summary>FCP_RSP.</summary>
    public void OnGood(SurveyedCommand command)
    {
        if (command.Blocks != 0 && IsSmall(command))
        {
            if (command.Reads && BlockLength != 0 && command.DataBytes >= command.DataEnd) // else frames are missing, and the next read tells
            {
                _known.Add(command.Lba, command.DataEnd / (uint)BlockLength);
                Lost.Forget(command.Lba, command.DataEnd / (uint)BlockLength);
            }
            else if (!command.Reads && command.DataLength == command.Blocks * (ulong)BlockLength)
            {
                if (command.DataBytes < command.DataLength) Lost.Add(command.Number, command.Lba, command.Blocks, BlockLength);
                else Lost.Forget(command.Lba, command.Blocks);
            }
            BlocksUsed = Math.Max(BlocksUsed, command.Lba + command.Blocks);
            IsThere = true;
        }
        // Any page of INQUIRY begins with the peripheral qualifier: 000b is a unit that is there.
        bool isInquiry = command.Cdb[0] == (byte)OperationCode.Inquiry;
        IsThere |= isInquiry && command.Answer.Length > 0 && (command.Answer[0] & 0xE0) == 0;
        switch ((OperationCode)command.Cdb[0])
        {
            case OperationCode.TestUnitReady:
                IsThere = true;
                break;
            case OperationCode.Inquiry when (command.Cdb[1] & 1) == 0:
                OnInquiry(command.Answer);
                break;
            case OperationCode.Inquiry when command.Cdb[2] == (byte)VpdPageCode.UnitSerialNumber && command.Answer.Length > 4:
                SerialNumber = Text(command.Answer[4..]);
                break;
            case OperationCode.Inquiry when command.Cdb[2] == (byte)VpdPageCode.DeviceIdentification:
                OnDesignators(command.Answer);
                break;
            case OperationCode.ReadCapacity10 when command.Answer.Length >= ReadCapacityData.Length10:
                OnCapacity(BinaryPrimitives.ReadUInt32BigEndian(command.Answer), command.Answer[4..], isShort: true);
                break;
            case OperationCode.ServiceActionIn16 when CommandNames.Of(command.Cdb) == "READ CAPACITY(16)" && command.Answer.Length >= 12:
                OnCapacity(BinaryPrimitives.ReadUInt64BigEndian(command.Answer), command.Answer[8..], isShort: false);
                break;
        }
    }

    /// <summary>What a command with status GOOD tells of the unit.</summary>
    public void Tell(SurveyedCommand command, SectionFinder to)
    {
        switch ((OperationCode)command.Cdb[0])
        {
            case OperationCode.Inquiry when (command.Cdb[1] & 1) == 0 && command.Answer.Length >= 36:
                to.OnFact(command.Target, command.Lun, Trait.Product, Text(command.Answer[8..36]));
                break;
            case OperationCode.Inquiry when command.Cdb[2] == (byte)VpdPageCode.UnitSerialNumber && command.Answer.Length > 4:
                to.OnFact(command.Target, command.Lun, Trait.SerialNumber, SerialNumber);
                break;
            case OperationCode.Inquiry when command.Cdb[2] == (byte)VpdPageCode.DeviceIdentification && Naa != 0:
                to.OnFact(command.Target, command.Lun, Trait.Designator, Naa.ToString("x32", CultureInfo.InvariantCulture));
                break;
            case OperationCode.ReadCapacity10 or OperationCode.ServiceActionIn16 when Blocks != 0:
                to.OnFact(command.Target, command.Lun, Trait.Capacity, string.Create(CultureInfo.InvariantCulture, $"{Blocks} {BlockLength}"));
                break;
        }
    }

    /// <summary>REPORT LUNS has it.</summary>
    public void OnReported() => IsThere = true;

    /// <summary>FCP_RSP with sense data.</summary>
    public void OnRefused(SurveyedCommand command, int code)
    {
        if (code == LbaOutOfRange && command.Blocks != 0) FirstBeyond = Math.Min(FirstBeyond, command.Lba + command.Blocks - 1);
    }

    private static bool Writes(OperationCode code, ReadOnlySpan<byte> cdb) => code switch
    {
        OperationCode.Write6 or OperationCode.Write10 or OperationCode.Write12 or OperationCode.Write16 => true,
        OperationCode.WriteAndVerify10 or OperationCode.WriteAndVerify12 or OperationCode.WriteAndVerify16 => true,
        OperationCode.WriteSame10 or OperationCode.WriteSame16 or OperationCode.CompareAndWrite or OperationCode.OrWrite16 => true,
        OperationCode.WriteAtomic16 or OperationCode.Unmap or OperationCode.FormatUnit or OperationCode.Sanitize => true,
        OperationCode.ThirdPartyCopyOut => true,
        OperationCode.VariableLengthCdb => CommandNames.Of(cdb).Contains("WRITE", StringComparison.Ordinal),
        _ => false,
    };

    private bool IsSmall(SurveyedCommand command) =>
        command.Blocks * 4096 <= MostLearnt && command.Lba < (ulong)long.MaxValue / 4096 && command.DataLength <= MostLearnt;

    private void Infer(int length)
    {
        if (BlockLength == 0 && length is 512 or 4096) BlockLength = length;
    }

    private void OnInquiry(ReadOnlySpan<byte> data)
    {
        if (data.Length < 5 || (data[0] & 0xE0) != 0) return; // nobody there
        Removable = (data[1] & 0x80) != 0;
        if (data.Length < 36) return;
        Product = Text(data[16..32]);
        Revision = Text(data[32..36]);
    }

    private void OnDesignators(ReadOnlySpan<byte> page)
    {
        // Designator: code set, association and type, reserved, length, then that many bytes (SPC-4 7.8.6).
        for (ReadOnlySpan<byte> rest = page.Length > 4 ? page[4..] : default; rest.Length > 4; rest = rest[Math.Min(rest.Length, 4 + rest[3])..])
            if ((rest[1] & 0x3F) == 0x03 && rest[3] == 16 && rest.Length >= 20) Naa = BinaryPrimitives.ReadUInt128BigEndian(rest[4..]);
    }

    private void OnCapacity(ulong lastLba, ReadOnlySpan<byte> rest, bool isShort)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        IsThere = true;
        if (length is 512 or 4096) BlockLength = (int)length;
        if ((isShort && lastLba == uint.MaxValue) || lastLba >= (ulong)long.MaxValue / 4096) return;
        Blocks = lastLba + 1;
        if (isShort || rest.Length < 7) return;
        ProtectionType = (rest[4] & 1) == 0 ? 0 : ((rest[4] >> 1) & 7) + 1;
        PhysicalExponent = rest[5] & 0x0F;
        Thin = (rest[6] & 0x80) != 0;
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.ASCII.GetString(field).TrimEnd(' ', '\0');
}
