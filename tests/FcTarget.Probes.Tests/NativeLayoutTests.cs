// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes.Tests;

/// <summary>The structs are what a D translator or a uprobe reads out of the process: their layout is an interface.</summary>
public sealed unsafe class NativeLayoutTests
{
    [Fact]
    public void Conninfo_is_three_pointers()
    {
        ConnInfo c;
        sizeof(ConnInfo).Should().Be(24);
        Offset(&c, &c.ci_local).Should().Be(0);
        Offset(&c, &c.ci_remote).Should().Be(8);
        Offset(&c, &c.ci_protocol).Should().Be(16);
    }

    [Fact]
    public void Fc_port_info_is_three_pointers_and_the_hard_address()
    {
        FcPortInfo p;
        sizeof(FcPortInfo).Should().Be(32);
        Offset(&p, &p.fcp_node_wwn).Should().Be(0);
        Offset(&p, &p.fcp_sym_node_name).Should().Be(8);
        Offset(&p, &p.fcp_sym_port_name).Should().Be(16);
        Offset(&p, &p.fcp_port_hard_address).Should().Be(24);
    }

    [Fact]
    public void Scsicmd_is_a_64_bit_length_and_a_pointer()
    {
        ScsiCmd s;
        sizeof(ScsiCmd).Should().Be(16);
        Offset(&s, &s.ic_len).Should().Be(0);
        Offset(&s, &s.ic_cdb).Should().Be(8);
    }

    [Fact]
    public void Fc_xferinfo_is_length_offset_and_flags()
    {
        FcXferInfo x;
        sizeof(FcXferInfo).Should().Be(12);
        Offset(&x, &x.fcx_len).Should().Be(0);
        Offset(&x, &x.fcx_offset).Should().Be(4);
        Offset(&x, &x.fcx_flags).Should().Be(8);
    }

    [Fact]
    public void Transfer_flags_have_the_numbers_of_COMSTAR()
    {
        ((ushort)FcXferFlags.ToRport).Should().Be(0x0001);
        ((ushort)FcXferFlags.FromRport).Should().Be(0x0002);
        ((ushort)FcXferFlags.SendStatusGood).Should().Be(0x0004);
        ((ushort)FcXferFlags.StatusGoodSent).Should().Be(0x0008);
        ((ushort)FcXferFlags.DontCache).Should().Be(0x0010);
        ((ushort)FcXferFlags.DontReuse).Should().Be(0x0020);
        ((ushort)FcXferFlags.LuDataBuf).Should().Be(0x0040);
        ((ushort)FcXferFlags.LportXferActive).Should().Be(0x8000);
    }

    [Fact]
    public void A_port_that_is_not_known_yet_reads_unknown_everywhere()
    {
        using PortProbeInfo port = new();
        Text(port.PortWwn).Should().Be("<unknown>");
        Text(port.Info->fcp_node_wwn).Should().Be("<unknown>");
        Text(port.Info->fcp_sym_node_name).Should().Be("<unknown>");
        Text(port.Info->fcp_sym_port_name).Should().Be("<unknown>");
        port.Info->fcp_port_hard_address.Should().Be(0);
    }

    [Fact]
    public void An_update_shows_through_pointers_taken_before_it()
    {
        using PortProbeInfo local = new("20000200000000aa");
        using PortProbeInfo remote = new(nodeWwn: "1000020000000001");
        using ConnProbeInfo conn = new(local, remote);
        FcPortInfo* before = remote.Info;

        remote.Update(portWwn: "2000020000000001", hardAddress: 0x010203);

        Text(conn.Info->ci_local).Should().Be("20000200000000aa");
        Text(conn.Info->ci_remote).Should().Be("2000020000000001");
        Text(conn.Info->ci_protocol).Should().Be("fc");
        before->fcp_port_hard_address.Should().Be(0x010203u);
        Text(before->fcp_node_wwn).Should().Be("1000020000000001", "null leaves a value as it is");
    }

    [Fact]
    public void A_connection_without_remote_port_reads_unknown()
    {
        using PortProbeInfo local = new("20000200000000aa");
        using ConnProbeInfo link = new(local, null);
        Text(link.Info->ci_remote).Should().Be("<unknown>");
    }

    [Theory]
    [InlineData("a", 300, 255)]
    [InlineData("\u00e9", 200, 254)] // two bytes each: 127 whole ones fit in 255
    public void Long_symbolic_names_are_cut_at_a_whole_character(string character, int count, int bytes)
    {
        using PortProbeInfo port = new(symbolicNodeName: string.Concat(Enumerable.Repeat(character, count)));
        string text = Text(port.Info->fcp_sym_node_name);
        System.Text.Encoding.UTF8.GetByteCount(text).Should().Be(bytes);
        text.Should().NotContain("\uFFFD");
    }

    [Fact]
    public void Disposing_twice_is_harmless_and_an_update_afterwards_is_refused()
    {
        PortProbeInfo port = new("20000200000000aa");
        ConnProbeInfo conn = new(port, null);
        conn.Dispose();
        conn.Dispose();
        port.Dispose();
        port.Dispose();
        port.Invoking(p => p.Update(hardAddress: 1)).Should().Throw<ObjectDisposedException>();
    }

    private static long Offset(void* start, void* member) => (byte*)member - (byte*)start;

    private static string Text(byte* s) => Marshal.PtrToStringUTF8((nint)s)!;
}
