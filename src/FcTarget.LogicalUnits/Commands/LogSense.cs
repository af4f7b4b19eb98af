// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>LOG SENSE (SPC-4 6.8): cumulative values of real counters. PC selects nothing else: thresholds and defaults are zero.</summary>
internal sealed class LogSense : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    public override bool PassesSanitize(ScsiTask task) => (LogPageCode)(task.Cdb[PageAt] & PageCodeMask) == LogPageCode.Temperature;

    private const int PageAt = 2, SubpageAt = 3, PointerAt = 5, AllocationLengthAt = 7;
    private const byte SaveParameters = 0x01, PageCodeMask = 0x3F, AllSubpages = 0xFF;
    private const byte BinaryList = 0x03; // FORMAT AND LINKING
    private const int DataLength = 1024;

    /// <summary>The pages there are, ascending.</summary>
    public static ReadOnlySpan<LogPageCode> Pages =>
    [
        LogPageCode.SupportedLogPages, LogPageCode.WriteErrorCounters, LogPageCode.ReadErrorCounters, LogPageCode.VerifyErrorCounters,
        LogPageCode.NonMediumErrors, LogPageCode.LogicalBlockProvisioning, LogPageCode.Temperature, LogPageCode.SelfTestResults,
        LogPageCode.GeneralStatisticsAndPerformance, LogPageCode.InformationalExceptions,
    ];

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        var page = (LogPageCode)(cdb[PageAt] & PageCodeMask);
        if ((cdb[1] & SaveParameters) != 0)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 0));
            return;
        }
        if (!Pages.Contains(page))
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(PageAt, 5));
            return;
        }
        byte subpage = cdb[SubpageAt];
        if (subpage is not (0 or AllSubpages))
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(SubpageAt));
            return;
        }
        ushort pointer = ReadUInt16BigEndian(cdb[PointerAt..]);
        byte[] data = ParameterData.Rent(task, DataLength);
        var writer = new LogPageWriter(data);
        ushort last = 0;
        if (subpage == AllSubpages && page == LogPageCode.SupportedLogPages) AddPages(ref writer, withSubpages: true);
        else if (subpage == AllSubpages) AddSubpages(ref writer, page);
        else last = AddParameters(device, ref writer, page, pointer);
        if (pointer > last)
        {
            BlockDevice.End(task, Sense.InvalidCdbField(PointerAt)); // SPC-4 6.8: past the last parameter
            return;
        }
        ParameterData.Send(task, writer.End(page, subpage), ReadUInt16BigEndian(cdb[AllocationLengthAt..]));
    }

    private static void AddPages(ref LogPageWriter writer, bool withSubpages)
    {
        foreach (LogPageCode page in Pages)
        {
            writer.AddByte((byte)page);
            if (!withSubpages) continue;
            writer.AddByte(0);
            writer.AddByte((byte)page);
            writer.AddByte(AllSubpages);
        }
    }

    private static void AddSubpages(ref LogPageWriter writer, LogPageCode page)
    {
        writer.AddByte((byte)page);
        writer.AddByte(0);
        writer.AddByte((byte)page);
        writer.AddByte(AllSubpages);
    }

    /// <summary>Adds the parameters from the pointer on. Returns the last one's code.</summary>
    private static ushort AddParameters(BlockDevice device, ref LogPageWriter writer, LogPageCode page, ushort first)
    {
        DeviceCounters counters = device.Counters;
        switch (page)
        {
            case LogPageCode.SupportedLogPages:
                AddPages(ref writer, withSubpages: false);
                return 0;
            case LogPageCode.WriteErrorCounters:
                return AddErrors(ref writer, counters.Writes, counters.BlocksWritten * device.BlockSize, counters.WriteErrors, first);
            case LogPageCode.ReadErrorCounters:
                return AddErrors(ref writer, counters.Reads, counters.BlocksRead * device.BlockSize, counters.ReadErrors, first);
            case LogPageCode.VerifyErrorCounters:
                return AddErrors(ref writer, counters.Verifies, 0, counters.VerifyErrors, first);
            case LogPageCode.NonMediumErrors:
                writer.AddCounter(0, 0, first);
                return 0;
            case LogPageCode.LogicalBlockProvisioning:
                return AddProvisioning(device, ref writer, first);
            case LogPageCode.Temperature:
                writer.Add(0, 2, BinaryList, first)[1] = 0xFF; // not known: there is no sensor
                writer.Add(1, 2, BinaryList, first)[1] = 0xFF;
                return 1;
            case LogPageCode.SelfTestResults:
                for (ushort i = 1; i <= 20; i++)
                {
                    Span<byte> result = writer.Add(i, 16, BinaryList, first);
                    if (i <= counters.SelfTests) result[0] = 0x20; // default self-test, completed without error
                }
                return 20;
            case LogPageCode.GeneralStatisticsAndPerformance:
                return AddStatistics(device, ref writer, first);
            default:
                writer.Add(0, 4, BinaryList, first)[2] = 0xFF; // no exception; temperature not known
                return 0;
        }
    }

    /// <summary>Error counters (SPC-4 7.3.16 and on): nothing is ever corrected, so most are zero.</summary>
    private static ushort AddErrors(ref LogPageWriter writer, long commands, long bytes, long errors, ushort first)
    {
        for (ushort code = 0; code <= 6; code++)
            writer.AddCounter(code, code switch { 4 => commands, 5 => bytes, 6 => errors, _ => 0 }, first); // times processed; bytes; uncorrected
        return 6;
    }

    /// <summary>Logical Block Provisioning (SBC-3 6.3.4): available and used mapping resources, in threshold sets.</summary>
    private static ushort AddProvisioning(BlockDevice device, ref LogPageWriter writer, ushort first)
    {
        if (!device.Options.Thin) return 0;
        AddResource(ref writer, 1, device.Provisioning.AvailableSets, first);
        AddResource(ref writer, 2, device.Provisioning.UsedSets, first);
        return 2;
    }

    private static void AddResource(ref LogPageWriter writer, ushort code, uint sets, ushort first)
    {
        Span<byte> value = writer.Add(code, 8, BinaryList, first);
        WriteUInt32BigEndian(value, sets);
        value[4] = 0x01; // SCOPE: dedicated to the logical unit
    }

    /// <summary>General Statistics and Performance (SPC-4 7.3.8), the part that counts commands and blocks.</summary>
    private static ushort AddStatistics(BlockDevice device, ref LogPageWriter writer, ushort first)
    {
        DeviceCounters counters = device.Counters;
        Span<byte> value = writer.Add(1, 64, BinaryList, first);
        WriteInt64BigEndian(value, counters.Reads);
        WriteInt64BigEndian(value[8..], counters.Writes);
        WriteInt64BigEndian(value[16..], counters.BlocksWritten); // received
        WriteInt64BigEndian(value[24..], counters.BlocksRead);    // transmitted
        writer.Add(2, 8, BinaryList, first);                      // idle time intervals: not measured
        Span<byte> interval = writer.Add(3, 8, BinaryList, first);
        WriteUInt32BigEndian(interval, 3);                        // 10^-3 s
        WriteUInt32BigEndian(interval[4..], 1);
        return 3;
    }
}
