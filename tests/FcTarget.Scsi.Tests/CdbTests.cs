// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi.Tests;

public sealed class CdbTests
{
    [Theory]
    [InlineData("081f123456ff", 6, 0x1F1234ul, 0x56u, 0)]
    [InlineData("0a0000010000", 6, 1ul, 256u, 0)]
    [InlineData("28180102030405000700", 10, 0x01020304ul, 7u, 0x18)]
    [InlineData("a80801020304000102030000", 12, 0x01020304ul, 0x00010203u, 0x08)]
    [InlineData("8808010203040506070800000100" + "0000", 16, 0x0102030405060708ul, 0x100u, 0x08)]
    [InlineData("7f00000000000018" + "00090800" + "0102030405060708" + "0000000000000000" + "00000009", 32, 0x0102030405060708ul, 9u, 0x08)]
    public void The_fields_of_every_CDB_size_are_found(string hex, int length, ulong lba, uint blocks, byte flags)
    {
        byte[] cdb = Convert.FromHexString(hex);
        Cdb.LengthOf(cdb).Should().Be(length);
        Cdb.Lba(cdb).Should().Be(lba);
        Cdb.TransferLength(cdb).Should().Be(blocks);
        ((byte)Cdb.Flags(cdb)).Should().Be(flags);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("ff")]
    [InlineData("7f")]
    [InlineData("7f00000000000019")] // 33 bytes
    public void A_CDB_without_a_length_has_none(string hex) => Cdb.LengthOf(Convert.FromHexString(hex)).Should().Be(0);

    [Theory]
    [InlineData("", "NO CDB")]
    [InlineData("28", "READ(10)")]
    [InlineData("9e10", "READ CAPACITY(16)")]
    [InlineData("9e1f", "SERVICE ACTION IN(16) 1Fh")]
    [InlineData("a30c", "REPORT SUPPORTED OPERATION CODES")]
    [InlineData("5e02", "PERSISTENT RESERVE IN, REPORT CAPABILITIES")]
    [InlineData("7f00000000000018000b", "WRITE(32)")]
    [InlineData("7f", "VARIABLE LENGTH CDB")]
    [InlineData("c1", "OPERATION CODE C1h")]
    public void A_command_has_the_name_of_the_standard(string hex, string name) => CommandNames.Of(Convert.FromHexString(hex)).Should().Be(name);

    [Fact]
    public void Every_operation_code_has_a_name()
    {
        foreach (OperationCode code in Enum.GetValues<OperationCode>()) CommandNames.Of(code).Should().NotStartWith("OPERATION CODE");
    }

    [Fact]
    public void A_name_is_found_for_any_bytes()
    {
        var random = new Random(3);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] cdb = new byte[random.Next(33)];
            random.NextBytes(cdb);
            CommandNames.Of(cdb).Should().NotBeEmpty();
        }
    }
}
