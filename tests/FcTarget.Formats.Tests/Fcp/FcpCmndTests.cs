// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.Tests.Framing;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.Fcp;

public sealed class FcpCmndTests
{
    [Fact]
    public void A_write_of_Linux()
    {
        // the first write of 64 KiB, whose FCP_XFER_RDY is frame 5
        FcFrame.TryRead(CapturedFcFrames.Get("vn2vn-write-read.pcap", 4), out FcFrame frame).Should().Be(FcFrameError.None);
        frame.Header.RCtl.Should().Be(FcpIu.Cmnd);
        FcpCmnd.TryRead(frame.Payload, out FcpCmnd cmnd).Should().Be(FcpCmndError.None);
        cmnd.Header.Direction.Should().Be(FcpDataDirection.WriteData);
        cmnd.Header.TaskAttribute.Should().Be(FcpTaskAttribute.Simple);
        cmnd.Header.IsTaskManagement.Should().BeFalse();
        ((ulong)cmnd.Header.Lun).Should().Be(0);
        cmnd.DataLength.Should().Be(65536);
        cmnd.Cdb.Length.Should().Be(16);
        cmnd.Cdb[0].Should().Be(0x2A); // WRITE(10)
    }

    [Fact]
    public void A_bidirectional_command_of_32_bytes_has_every_field()
    {
        byte[] cdb = [.. Enumerable.Range(0x7F, 32).Select(i => (byte)i)];
        FcpCmndHeader header = new()
        {
            Lun = 0x0102030405060708,
            CommandReferenceNumber = 0x0A,
            TaskAttribute = FcpTaskAttribute.Ordered,
            Priority = 0xF,
            Direction = FcpDataDirection.Bidirectional,
        };
        byte[] wire = new byte[64];
        int length = FcpCmnd.Write(wire, header, cdb, 0x11223344, 0x55667788);
        length.Should().Be(52);
        Convert.ToHexString(wire[..12]).Should().Be("0102030405060708" + "0A7A0013");
        Convert.ToHexString(wire[44..52]).Should().Be("1122334455667788");

        FcpCmnd.TryRead(wire.AsSpan(0, length), out FcpCmnd cmnd).Should().Be(FcpCmndError.None);
        cmnd.Cdb.ToArray().Should().Equal(cdb);
        cmnd.DataLength.Should().Be(0x11223344);
        cmnd.BidirectionalReadDataLength.Should().Be(0x55667788);
        cmnd.Header.Priority.Should().Be(0xF);
        cmnd.Header.TaskAttribute.Should().Be(FcpTaskAttribute.Ordered);
    }

    [Fact]
    public void Task_management_flags_stand_in_byte_10()
    {
        byte[] wire = new byte[32];
        FcpCmnd.Write(wire, new FcpCmndHeader { TaskManagement = FcpTaskManagementFlags.LogicalUnitReset }, [], 0).Should().Be(32);
        wire[10].Should().Be(0x10);
        FcpCmnd.TryRead(wire, out FcpCmnd cmnd).Should().Be(FcpCmndError.None);
        cmnd.Header.IsTaskManagement.Should().BeTrue();
    }

    [Fact]
    public void A_short_CDB_is_padded_over_whatever_the_buffer_held()
    {
        byte[] wire = new byte[36];
        wire.AsSpan().Fill(0xEE);
        FcpCmnd.Write(wire, default, [0x28, 1, 2, 3, 4, 5, 6, 7, 8, 9], 512).Should().Be(32);
        wire[22..28].Should().OnlyContain(b => b == 0);
        wire[32].Should().Be(0xEE);
    }

    [Theory]
    [InlineData(16, 0)]
    [InlineData(17, 4)]
    [InlineData(20, 4)]
    [InlineData(32, 16)]
    public void Additional_CDB_length_follows_from_the_CDB(int cdbLength, int additional)
    {
        byte[] wire = new byte[64];
        int length = FcpCmnd.Write(wire, default, new byte[cdbLength], 7);
        length.Should().Be(32 + additional);
        FcpCmnd.TryRead(wire.AsSpan(0, length), out FcpCmnd cmnd).Should().Be(FcpCmndError.None);
        cmnd.Cdb.Length.Should().Be(16 + additional);
        cmnd.DataLength.Should().Be(7);
    }

    [Fact]
    public void A_CDB_of_more_than_32_bytes_is_refused_both_ways()
    {
        FcpCmnd.Write(new byte[128], default, new byte[33], 0).Should().Be(0);
        byte[] wire = new byte[128];
        wire[11] = 20;
        FcpCmnd.TryRead(wire, out _).Should().Be(FcpCmndError.CdbTooLong);
    }

    [Fact]
    public void Every_truncation_is_too_short_and_every_smaller_buffer_is_not_written()
    {
        FcpCmndHeader header = new() { Direction = FcpDataDirection.Bidirectional };
        byte[] wire = new byte[52];
        FcpCmnd.Write(wire, header, new byte[32], 1, 2).Should().Be(52);
        for (int length = 0; length < 52; length++)
        {
            FcpCmnd.TryRead(wire.AsSpan(0, length), out FcpCmnd cmnd).Should().Be(FcpCmndError.TooShort);
            cmnd.Cdb.IsEmpty.Should().BeTrue();
            FcpCmnd.Write(new byte[length], header, new byte[32], 1, 2).Should().Be(0);
        }
    }

    [Fact]
    public void Any_command_survives_write_and_read() =>
        Prop.ForAll(
            ArbMap.Default.GeneratorFor<byte>().ArrayOf(44).ToArbitrary(),
            Gen.Choose(0, 32).ToArbitrary(),
            (random, cdbLength) =>
            {
                FcpCmndHeader header = MemoryMarshal.Read<FcpCmndHeader>(random);
                byte[] wire = new byte[52];
                int length = FcpCmnd.Write(wire, header, random.AsSpan(12, cdbLength), 0xDEADBEEF, 0xCAFEF00D);
                bool bidirectional = header.Direction == FcpDataDirection.Bidirectional;
                return FcpCmnd.TryRead(wire.AsSpan(0, length), out FcpCmnd cmnd) == FcpCmndError.None
                    && cmnd.Cdb[..cdbLength].SequenceEqual(random.AsSpan(12, cdbLength))
                    && cmnd.Cdb[cdbLength..].IndexOfAnyExcept((byte)0) < 0
                    && cmnd.DataLength == 0xDEADBEEF
                    && cmnd.BidirectionalReadDataLength == (bidirectional ? 0xCAFEF00D : 0)
                    && cmnd.Header.Lun == header.Lun && cmnd.Header.Direction == header.Direction
                    && cmnd.Header.TaskAttribute == header.TaskAttribute && cmnd.Header.Priority == header.Priority
                    && cmnd.Header.TaskManagement == header.TaskManagement;
            }).QuickCheckThrowOnFailure();
}
