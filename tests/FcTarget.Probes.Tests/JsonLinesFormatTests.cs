// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Tests;

/// <summary>The exact line of every probe: what docs/probes.md promises to programs that read them.</summary>
public sealed class JsonLinesFormatTests
{
    private const string Unconnected = """{"ci_local":"20000200000000aa","ci_remote":"<unknown>","ci_protocol":"fc"}""";
    private const string Connected = """{"ci_local":"20000200000000aa","ci_remote":"2000020000000001","ci_protocol":"fc"}""";

    private const string Local =
        """{"fcp_node_wwn":"10000200000000aa","fcp_sym_node_name":"lab host","fcp_sym_port_name":"fctarget vb","fcp_port_hard_address":0}""";

    private const string Remote =
        """{"fcp_node_wwn":"1000020000000001","fcp_sym_node_name":"<unknown>","fcp_sym_port_name":"<unknown>","fcp_port_hard_address":66051}""";

    private const string Ids = "\"ox_id\":\"01a4\",\"rx_id\":\"0007\",\"local_id\":\"0a0b0c\",\"remote_id\":\"010203\"";
    private const string Command = "\"scsicmd\":{\"ic_len\":10,\"ic_cdb\":\"28000000100000000800\"}";
    private const string Lun = "\"lun\":1,\"lun_address\":\"0001000000000000\",\"expected_length\":4096";
    private const string Xfer = "\"xferinfo\":{\"fcx_len\":4096,\"fcx_offset\":512,\"fcx_flags\":32769}";

    private const string Response =
        "\"scsi_status\":2,\"rsp_code\":0,\"residual\":4096,\"residual_kind\":\"under\",\"sense\":\"70000500000000" + "0a00000000250000000000\"";

    public static TheoryData<FcProbe, string> Lines => new()
    {
        { FcProbe.LinkUp, $"\"conninfo\":{Unconnected}" },
        { FcProbe.LinkDown, $"\"conninfo\":{Unconnected}" },
        { FcProbe.FabricLoginStart, $"\"conninfo\":{Unconnected},\"local\":{Local}" },
        { FcProbe.FabricLoginEnd, $"\"conninfo\":{Unconnected},\"local\":{Local},\"status\":-1" },
        { FcProbe.RportLoginStart, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},\"solicited\":0" },
        { FcProbe.RportLoginEnd, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},\"solicited\":1,\"status\":2334" },
        { FcProbe.RportLogoutStart, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},\"solicited\":0" },
        { FcProbe.RportLogoutEnd, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},\"solicited\":1" },
        { FcProbe.ScsiCommand, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},{Command},{Lun},{Ids}" },
        { FcProbe.ScsiResponse, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},{Command},{Lun},{Response},{Ids}" },
        { FcProbe.XferStart, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},{Command},{Xfer},{Lun},{Ids}" },
        { FcProbe.XferDone, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},{Command},{Xfer},{Lun},{Ids}" },
        { FcProbe.RscnReceive, $"\"conninfo\":{Connected},\"local\":{Local},\"affected_id\":\"010200\"" },
        { FcProbe.AbtsReceive, $"\"conninfo\":{Connected},\"local\":{Local},\"remote\":{Remote},{Ids}" },
    };

    [Theory, MemberData(nameof(Lines))]
    public void A_probe_becomes_one_line_with_its_documented_arguments_and_the_further_facts(FcProbe probe, string members)
    {
        using ProbeRig rig = new();
        rig.Lines(() => rig.Fire(probe)).Should().Equal(
            $$"""{"time":"2026-01-02T03:04:05.6000007Z","probe":"{{FcProbeNames.Of(probe)}}",{{members}}}""");
    }

    [Fact]
    public void Every_probe_has_its_line_in_the_table_above() =>
        Lines.Should().HaveCount(FcProbeNames.Count);

    [Theory]
    [InlineData(0x0000_0000_0000_0000ul, "0")]
    [InlineData(0x00FF_0000_0000_0000ul, "255")]
    [InlineData(0x0100_0000_0000_0000ul, "null")] // peripheral device addressing on bus 1
    [InlineData(0x4100_0000_0000_0000ul, "256")]
    [InlineData(0x7FFF_0000_0000_0000ul, "16383")]
    [InlineData(0xC101_0000_0000_0000ul, "null")] // well-known
    [InlineData(0x0001_0001_0000_0000ul, "null")] // two levels
    public void A_single_level_lun_is_a_number_any_other_is_null(ulong lun, string number)
    {
        using ProbeRig rig = new();
        string line = rig.Lines(() => rig.Provider.ScsiCommand(rig.Conn, rig.Local, rig.Remote, default, new FcCommandFacts { Lun = lun })).Single();
        line.Should().Contain($"\"lun\":{number},\"lun_address\":\"{lun:x16}\"");
    }

    [Fact]
    public void Task_management_shows_its_flags_and_response_code()
    {
        using ProbeRig rig = new();
        FcCommandFacts facts = new() { TaskManagementFlags = 0x10, RspCode = 4 };
        string[] lines = rig.Lines(() =>
        {
            rig.Provider.ScsiCommand(rig.Conn, rig.Local, rig.Remote, default, facts);
            rig.Provider.ScsiResponse(rig.Conn, rig.Local, rig.Remote, default, facts);
        });
        lines.Should().AllSatisfy(l => l.Should().Contain("\"scsicmd\":{\"ic_len\":0,\"ic_cdb\":\"\"}").And.Contain("\"task_management_flags\":16"));
        lines[1].Should().Contain("\"rsp_code\":4").And.NotContain("\"sense\"");
    }

    [Theory]
    [InlineData("tab\tquote\"backslash\\", "tab\\tquote\\\"backslash\\\\")]
    [InlineData("\u00e9\u4e16", "\u00e9\u4e16")]
    public void Symbolic_names_are_escaped_as_JSON_wants_and_no_more(string name, string expected)
    {
        using ProbeRig rig = new();
        rig.Local.Update(symbolicPortName: name);
        rig.Lines(() => rig.Fire(FcProbe.FabricLoginStart)).Single().Should().Contain($"\"fcp_sym_port_name\":\"{expected}\"");
    }

    [Fact]
    public unsafe void Bytes_that_are_no_UTF8_become_escaped_replacement_characters()
    {
        using ProbeRig rig = new();
        rig.Local.Info->fcp_sym_port_name[0] = 0xC3; // begins a character that 'c' does not go on
        rig.Lines(() => rig.Fire(FcProbe.FabricLoginStart)).Single().Should().Contain("\"fcp_sym_port_name\":\"\\uFFFDctarget vb\"");
    }
}
