// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>
/// What operating systems ask of a disk when they find it, and what trips them: an answer whose header is cut, a refusal that is not the one
/// they know how to go on from.
/// </summary>
public sealed class AttachTests : IDisposable
{
    private const int NoSuchField = 0x52400, NoSuchCommand = 0x52000;

    private static readonly string[] Units =
    [
        "memory:64M", "memory:64M,physical=4096", "memory:64M,block=4096", "memory:64M,ro", "memory:64M,removable", "memory:64M,thick",
        "memory:64M,lbpu=0,lbprz=0,wsnz=0", "memory:4M,pi=1", "null:16T", "pattern:16T",
    ];

    /// <summary>Who, what, the CDB and the sense it ends in: 0 is GOOD.</summary>
    private static readonly (string Who, string Cdb, int Sense)[] Questions =
    [
        ("Linux: first INQUIRY", "120000002400", 0),
        ("Linux: REPORT LUNS", "a00000000000000010000000", 0),
        ("Linux: TEST UNIT READY", "000000000000", 0),
        ("Linux: READ CAPACITY(16)", "9e10000000000000000000000020" + "0000", 0),
        ("Linux: write protection, header only", "1a003f000400", 0),
        ("Linux: write protection by page 00h, where 3Fh fails", "1a0000000400", NoSuchField),
        ("Linux: caching page, header only", "1a0008000400", 0),
        ("Linux: caching page by MODE SENSE(10)", "5a000800000000000800", 0),
        ("Linux: control page for ATO", "1a000a002400", 0),
        ("Linux: IO advice hints grouping", "1a080a050400", NoSuchField),
        ("Linux: RSOC of INQUIRY", "a30c01120000000002000000", 0),
        ("Linux: RSOC of WRITE SAME(16)", "a30c01930000000002000000", 0),
        ("Linux: RSOC of WRITE SAME(10)", "a30c01410000000002000000", 0),
        ("Linux: RSOC of UNMAP", "a30c01420000000002000000", 0),
        ("Linux: RSOC of READ(16), command duration limits", "a30c03880000000002000000", 0),
        ("Linux: RSOC of READ(32)", "a30c037f0009000002000000", 0),
        ("Linux: target port groups, extended header", "a32a00000000000000800000", 0),
        ("Windows: all mode pages", "1a003f00c000", 0),
        ("Windows: informational exceptions", "1a001c00c000", 0),
        ("Windows: all mode pages and subpages", "5a003fff000000010000", 0),
        ("Windows: supported log pages", "4d004000000000010000", 0),
        ("Windows: informational exceptions log", "4d006f00000000010000", 0),
        ("Windows: solid state media log", "4d005100000000010000", NoSuchField),
        ("Windows: registered keys", "5e000000000000010000", 0),
        ("Windows: capabilities of reservations", "5e020000000000000800", 0),
        ("Windows: target port groups", "a30a00000000000010000000", 0),
        ("Windows: GET LBA STATUS", "9e12000000000000000000000018" + "0000", 0),
        ("ESXi: START", "1b0000000100", 0),
        ("ESXi: copy operating parameters", "8403000000000000000000000200" + "0000", 0),
        ("ESXi: all operation codes", "a30c00000000000020000000", 0),
        ("ESXi: well known and all logical units", "a00002000000000010000000", 0),
        ("ESXi: task management functions", "a30d00000000000000040000", 0),
        ("FreeBSD: REPORT LUNS for one", "a00000000000000000100000", 0),
        ("FreeBSD: control page", "1a000a001400", 0),
        ("FreeBSD: SYNCHRONIZE CACHE at close", "35000000000000000000", 0),
        ("FreeBSD: ATA PASS-THROUGH, is it a SATA disk", "85082e0000000000000000000000ec00", NoSuchCommand),
        ("illumos: format device page", "1a0003002400", NoSuchField),
        ("illumos: rigid disk geometry page", "1a0004002400", NoSuchField),
        ("illumos: PREVENT ALLOW", "1e0000000000", 0),
        ("illumos: GET CONFIGURATION, is it an optical drive", "46000000000000001000", NoSuchCommand),
        ("multipath-tools: READ of the first block", "28000000000000000100", 0),
    ];

    private readonly LogicalUnitFactory _factory = new();

    public static TheoryData<string> EveryUnit => [.. Units];

    public void Dispose() => _factory.Dispose();

    [Theory, MemberData(nameof(EveryUnit))]
    public void Every_question_is_answered_or_refused_in_the_way_that_is_known(string unit)
    {
        TargetRig rig = new TargetRig(_factory.Create(LuSpec.Parse(unit))).Ready();
        string[] wrong =
        [
            .. from question in Questions
               let answer = rig.Command(Convert.FromHexString(question.Cdb), expect: 8192)
               where answer.SenseCode != question.Sense
               select $"{question.Who}: {answer.Status} {answer.SenseCode:x5}",
        ];
        wrong.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(EveryUnit))]
    public void A_header_alone_tells_the_length_of_the_whole_page(string unit)
    {
        TargetRig rig = new TargetRig(_factory.Create(LuSpec.Parse(unit))).Ready();
        byte[] pages = rig.Command([0x12, 1, 0, 0, 255, 0], expect: 255).DataIn[4..].ToArray();
        pages.Should().BeInAscendingOrder().And.Contain([(byte)0x80, (byte)0x83, (byte)0xB0, (byte)0xB1, (byte)0xB2]);
        foreach (byte page in pages)
        {
            byte[] header = rig.Command([0x12, 1, page, 0, 4, 0], expect: 4).DataIn.ToArray();
            byte[] whole = rig.Command([0x12, 1, page, 0x10, 0, 0], expect: 4096).DataIn.ToArray();
            (BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) + 4).Should().Be(whole.Length, $"VPD page {page:X2}h");
            header.Should().Equal(whole[..4]);
        }

        byte[] standard = rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).DataIn.ToArray();
        (standard[4] + 5).Should().Be(rig.Command([0x12, 0, 0, 2, 0, 0], expect: 512).DataIn.Length)
            .And.BeLessThan(256, "Linux and FreeBSD take more for a mistake and stay with 36 bytes");
        foreach (byte page in (byte[])[0x01, 0x08, 0x0A, 0x1C, 0x3F])
        {
            byte[] header = rig.Command([0x1A, 0, page, 0, 4, 0], expect: 4).DataIn.ToArray();
            (header[0] + 1).Should().Be(rig.Command([0x1A, 0, page, 0, 255, 0], expect: 255).DataIn.Length, $"mode page {page:X2}h");
        }
    }
}
