// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Commands;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>INVALID FIELD IN CDB and INVALID FIELD IN PARAMETER LIST say which (SPC-4 4.5.2.4.2), in both formats of sense data.</summary>
public sealed class FieldPointerTests : IDisposable
{
    private readonly LogicalUnitFactory _factory = new();
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;

    public FieldPointerTests()
    {
        _disk = _factory.Create(LuSpec.Parse("memory:1M,pi=0"));
        _rig = new TargetRig(_disk).Ready();
    }

    public void Dispose() => _factory.Dispose();

    /// <summary>Each bit of each CDB that we do not look at, set alone: the answer points at it.</summary>
    [Fact]
    public void A_reserved_bit_of_a_CDB_is_pointed_at()
    {
        int tried = 0;
        foreach (CommandEntry entry in CommandTable.Entries)
        {
            if (!_disk.Offers(entry) || entry.Command is null) continue;
            for (int at = 1; at < entry.Usage.Length; at++)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    if ((entry.Usage[at] & (1 << bit)) != 0 || IsPartOfTheOperation(entry, at, bit)) continue;
                    byte[] cdb = new byte[entry.Usage.Length];
                    cdb[0] = entry.OperationCode;
                    if (cdb.Length == 32) (cdb[7], cdb[9]) = (24, entry.ServiceAction);
                    else if (entry.HasServiceAction) cdb[1] = entry.ServiceAction;
                    cdb[at] |= (byte)(1 << bit);
                    TestTask task = _rig.Out(cdb, new byte[64]);
                    string what = $"{Convert.ToHexString(cdb)} byte {at} bit {bit}";
                    task.SenseCode.Should().Be(0x52400, what);
                    task.SenseData[15].Should().Be((byte)(0xC8 | bit), what); // SKSV, C/D, BPV
                    BinaryPrimitives.ReadUInt16BigEndian(task.SenseData[16..]).Should().Be((ushort)at, what);
                    tried++;
                }
            }
        }
        tried.Should().BeGreaterThan(2000);

        static bool IsPartOfTheOperation(CommandEntry entry, int at, int bit) => entry.Usage.Length == 32
            ? at is 7 or 8 or 9 // ADDITIONAL CDB LENGTH, SERVICE ACTION
            : entry.HasServiceAction && at == 1 && bit < 5;
    }

    /// <summary>CDB, data, expected length where it is not that of the data, and the place that is wrong; negative: in the parameter list.</summary>
    public static TheoryData<byte[], byte[], int> Misuses() => new()
    {
        { [0x12, 0, 5, 0, 36, 0], [], 2 },                                        // INQUIRY, a page without EVPD
        { [0x12, 1, 0x77, 0, 36, 0], [], 2 },                                     // no such page
        { [0x1A, 0, 0x3E, 0, 36, 0], [], 2 },                                     // MODE SENSE, no such page
        { [0x1A, 0, 0x0A, 9, 36, 0], [], 3 },                                     // no such subpage
        { [0x4D, 0, 0x7E, 0, 0, 0, 0, 0, 36, 0], [], 2 },                         // LOG SENSE
        { [0x4D, 0, 0x42, 0, 0, 0xFF, 0xFF, 0, 36, 0], [], 5 },                   // PARAMETER POINTER past the last
        { [0xA3, 0x0C, 7, 0, 0, 0, 0, 0, 0, 36, 0, 0], [], 2 },                   // REPORT SUPPORTED OPERATION CODES
        { [0xA3, 0x4A, 0, 0, 0, 0, 0, 0, 0, 36, 0, 0], [], 1 },                   // REPORT TARGET PORT GROUPS, format 2
        { [0xA3, 0x05, 0, 0, 0, 0, 0, 0, 0, 36, 8, 0], [], 10 },                  // REPORT IDENTIFYING INFORMATION
        { [0x3C, 0x1F, 0, 0, 0, 0, 0, 0, 4, 0], [], 1 },                          // READ BUFFER
        { [0x5F, 0x01, 0x12, 0, 0, 0, 0, 0, 24, 0], new byte[24], 2 },            // RESERVE, scope 1
        { [0x5F, 0x01, 0x02, 0, 0, 0, 0, 0, 24, 0], new byte[24], 2 },            // type 2
        { [0x1B, 0, 0, 5, 0x20, 0], [], 3 },                                      // START STOP UNIT, modifier of idle
        { [0x1B, 0, 0, 0, 2, 0], [], 4 },                                         // LOEJ of a medium that is not removable
        { Disk.Cdb10(0x2F, 0, 1, flags: 4), [], 1 },                              // BYTCHK 10b
        { Disk.Cdb16(0x89, 0, 0, flags: 0)[..13].Concat(new byte[] { 2, 0, 0 }).ToArray(), new byte[512], 13 }, // COMPARE AND WRITE, too little data
        { Disk.Cdb16(0x9C, 0, 4), new byte[512], 12 },                            // WRITE ATOMIC, likewise
        { Disk.Cdb10(0x41, 0, 0), new byte[512], 7 },                             // WRITE SAME of no blocks
        { [0x48, 0x01, 0, 0, 0, 0, 0, 0, 4, 0], [1, 0, 0, 1], 7 },                // SANITIZE, no pattern
        { [0x48, 0x01, 0, 0, 0, 0, 0, 0, 5, 0], [0, 0, 0, 1, 9], -0 - 1 },        // OVERWRITE COUNT 0: list byte 0
        { [0x48, 0x01, 0, 0, 0, 0, 0, 0, 5, 0], [1, 0, 0, 2, 9], -2 - 1 },        // the pattern is longer than the list
        { [0x15, 0x10, 0, 0, 16, 0], [0, 0, 0, 0, 0x0A, 10, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0], -6 - 1 },
        { [0x15, 0x10, 0, 0, 16, 0], [0, 7, 0, 0, 0x0A, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], -1 - 1 }, // MEDIUM TYPE
        { [0x04, 0x10, 0, 0, 0, 0], [1, 0, 0, 0], -0 - 1 },                       // PROTECTION FIELD USAGE
        { [0x04, 0x10, 0, 0, 0, 0], [0, 0, 0, 8], -2 - 1 },                       // DEFECT LIST LENGTH
        { [0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0], [0, 0, 0, 0, 0x0E, 0, 0, 1], -4 - 1 }, // SET TARGET PORT GROUPS to offline
        { [0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0], [0, 0, 0, 0, 0, 0, 0x77, 0x77], -6 - 1 }, // no such group
    };

    [Theory]
    [MemberData(nameof(Misuses))]
    public void What_is_wrong_is_pointed_at(byte[] cdb, byte[] data, int place)
    {
        foreach (bool descriptors in (bool[])[false, true])
        {
            _disk.TaskSet.DescriptorSense = descriptors;
            TestTask task = data.Length == 0 ? _rig.Command(cdb, expect: 64) : _rig.Out(cdb, data);
            ReadOnlySpan<byte> sense = task.SenseData;
            ReadOnlySpan<byte> specific = descriptors ? sense[12..15] : sense[15..18];
            (descriptors ? sense[2] : sense[12]).Should().Be(place < 0 ? (byte)0x26 : (byte)0x24, Convert.ToHexString(sense));
            (specific[0] & 0xC0).Should().Be(place < 0 ? 0x80 : 0xC0, "SKSV, C/D");
            BinaryPrimitives.ReadUInt16BigEndian(specific[1..]).Should().Be((ushort)(place < 0 ? -place - 1 : place));
        }
    }
}
