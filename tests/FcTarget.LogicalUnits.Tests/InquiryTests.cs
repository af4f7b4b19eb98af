// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

public sealed class InquiryTests : IDisposable
{
    private readonly BlockDevice _disk = Disk.InMemory();
    private readonly TargetRig _rig;

    public InquiryTests() => _rig = new TargetRig(_disk).Ready();

    public void Dispose() => _disk.Dispose();

    private string Page(byte page, byte allocation = 255)
    {
        TestTask task = _rig.Command([0x12, 1, page, 0, allocation, 0], expect: 255);
        task.Status.Should().Be(ScsiStatus.Good);
        return Convert.ToHexStringLower(task.DataIn);
    }

    private static string Ascii(string text) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));

    [Fact]
    public void Standard_data_is_that_of_a_disk_with_its_version_descriptors()
    {
        TestTask task = _rig.Command([0x12, 0, 0, 0, 96, 0], expect: 96);
        Convert.ToHexStringLower(task.DataIn).Should().Be(
            "000006325b381002" + Ascii("FCTARGET") + Ascii("DISK            ") + Ascii("0001") + new string('0', 44)
            + "00a0" + "0460" + "04c0" + "0a40" + new string('0', 60));
    }

    [Theory]
    [InlineData(0x00, "0000000d" + "008083858687888fb0b1b2b3b6")]
    [InlineData(0x80, "00800010" + "30313233343536373839616263646566")]
    [InlineData(0x86, "0086003c" + "00170101" + "100000000060" + "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0xB0, "00b0003c" + "01ff0008" + "00080000" + "00000080" + "00080000" + "00080000" + "00000040" + "00000008" + "00000000" + "000000000000ffff" + "00000800" + "00000000000000000000000000000000")]
    [InlineData(0x85, "00850000")]
    [InlineData(0x87, "00870004" + "3fff0000")]
    [InlineData(0x88, "00880018" + "0000" + "0001" + "000000000000" + "000c" + "0193000820000000000000aa")]
    [InlineData(0xB3, "00b3000c" + "000000000000000000000000")]
    [InlineData(0xB1, "00b1003c" + "0001" + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0xB2, "00b20004" + "0be40200")]
    public void A_VPD_page_is_exactly_this(byte page, string expected) => Page(page).Should().Be(expected);

    [Fact]
    public void Page_83h_names_the_unit_and_the_port()
    {
        Page(0x83).Should().Be(
            "0083" + "005c"
            + "01030010" + "6002fc7a0123456789abcdef00112233"
            + "02010028" + Ascii("FCTARGETDISK            0123456789abcdef")
            + "01940004" + "00000001"
            + "01150004" + "00000001"
            + "01930008" + "20000000000000aa");
    }

    [Fact]
    public void A_page_is_cut_at_the_allocation_length() => Page(0x80, allocation: 6).Should().Be("008000103031");

    [Fact]
    public void No_allocation_length_is_no_error()
    {
        TestTask task = _rig.Command([0x12, 0, 0, 0, 0, 0]);
        task.Status.Should().Be(ScsiStatus.Good);
        task.Transferred.Should().Be(0);
    }

    [Theory]
    [InlineData(1, 0xB5)]
    [InlineData(0, 0x80)] // page code without EVPD
    public void A_page_that_is_not_there_is_pointed_at(byte evpd, byte page)
    {
        TestTask task = _rig.Command([0x12, evpd, page, 0, 255, 0], expect: 255);
        task.SenseCode.Should().Be(0x52400);
        task.SenseData[17].Should().Be(2);
    }
}
