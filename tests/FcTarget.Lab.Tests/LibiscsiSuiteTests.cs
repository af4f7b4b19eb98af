// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>libiscsi's SCSI conformance suite, over FCoE from a Linux initiator: 215 tests, about 10 seconds. See docs/conformance.md.</summary>
public sealed class LibiscsiSuiteTests(ITestOutputHelper output)
{
    /// <summary>
    /// libfc keeps the residual of FCP_RSP to itself: the tool takes its whole buffer for data. Two of its tests ask for the true length and
    /// cannot pass; the third looks at the bytes behind our data, of which the sg driver leaves what was there before.
    /// </summary>
    private static readonly string[] WithoutResidual =
    [
        @"Suite Inquiry, Test AllocLength had failures:\s+1\. test_inquiry_alloc_length\.c:97 +- CU_ASSERT_EQUAL\(ret,0\)",
        @"Suite Inquiry, Test BlockLimits had failures:\s+1\. test_inquiry_block_limits\.c:72 +- CU_ASSERT_EQUAL\(bl_task->datain\.size,",
        @"Suite Inquiry, Test Standard had failures:(\s+\d+\. test_inquiry_standard\.c:106 +- CU_FAIL\(""Padding data is not zero\. Leaking data\?""\))+",
    ];

    /// <summary>What a skip may be for: see docs/conformance.md.</summary>
    private const string Skips = "Multipath|iSCSI backends|--allow-sanitize|removable|write-protected|LBPPB < 2|0-blocks";

    [SkippableTheory]
    [InlineData("memory:256M")]
    [InlineData("file:{0}/disk.img,size=512M,block=4096")]
    [InlineData("memory:256M,removable")]
    public void The_suite_passes_but_for_what_the_initiator_hides(string unit)
    {
        using LabRig rig = new(output);
        rig.StartTarget(string.Format(unit, rig.Folder));
        Guest guest = rig.StartGuest();
        guest.LogIn();
        // By default the sg driver has 128 pieces of 32 KiB for a command; the tool reads 8 MiB where a block has 4096 bytes.
        guest.Run("echo 131072 > /sys/module/sg/parameters/scatter_elem_sz");

        string report = guest.Try("iscsi-test-cu -d -s -n --test=SCSI /dev/sg0 2>&1", 300).Output;

        report.Should().MatchRegex(@"tests\s+215\s+215");
        string rest = WithoutResidual.Aggregate(report, (so, known) => Regex.Replace(so, known, ""));
        rest.Should().NotContain("had failures").And.NotContain("ioctl failed");
        string[] skipped = [.. Regex.Matches(report, @"\[SKIPPED\].*").Select(match => match.Value.Trim())];
        skipped.Should().OnlyContain(skip => Regex.IsMatch(skip, Skips));
        foreach (IGrouping<string, string> reason in skipped.GroupBy(skip => skip)) output.WriteLine($"{reason.Count(),4} {reason.Key}");
        if (unit.EndsWith("removable")) skipped.Should().NotContain(skip => skip.Contains("removable"));
    }

    [SkippableFact]
    public void What_the_suite_misses_in_INQUIRY_is_on_the_wire()
    {
        using LabRig rig = new(output);
        rig.StartTarget("memory:256M");
        Guest guest = rig.StartGuest();
        guest.LogIn();
        Rig.Capture capture = rig.StartCapture();

        // The block driver maps the tool's own memory, which it has cleared: now nothing is behind our data.
        guest.Run("iscsi-test-cu -n --test=SCSI.Inquiry.Standard /dev/sda").Should().MatchRegex(@"tests\s+1\s+1\s+1\s+0");
        guest.Try("iscsi-test-cu -n --test=SCSI.Inquiry.AllocLength /dev/sg0; iscsi-test-cu -n --test=SCSI.Inquiry.BlockLimits /dev/sg0");
        capture.Stop();

        // Standard data are 96 bytes, page B0h has 64; every FCP_RSP to a command that asks for more says by how much.
        (int Asked, int Residual)[] inquiries = Responses(capture);
        inquiries.Should().Contain((260, 164)).And.Contain((511, 415)).And.Contain((512, 416)).And.Contain((255, 255 - 96)).And.Contain((255, 255 - 64));
    }

    /// <summary>FCP_DL and FCP_RESID_UNDER of each INQUIRY; 0 when FCP_RSP has none.</summary>
    private static (int Asked, int Residual)[] Responses(Rig.Capture capture)
    {
        Dictionary<string, int> asked = [];
        List<(int, int)> answers = [];
        foreach (string line in capture.Read("fcp", "-T", "fields", "-e", "fc.ox_id", "-e", "fc.r_ctl", "-e", "scsi.spc.opcode", "-e", "fcp.dl", "-e", "fcp.resid"))
        {
            string[] field = [.. line.Split('\t'), "", "", "", ""];
            bool isCommand = field[3].Length != 0 && field[2].Length != 0;
            if (isCommand && Convert.ToInt32(field[2], field[2].StartsWith("0x", StringComparison.Ordinal) ? 16 : 10) == 0x12) asked[field[0]] = int.Parse(field[3]);
            else if (isCommand) asked.Remove(field[0]);
            else if (field[1] == "0x07" && asked.Remove(field[0], out int length)) answers.Add((length, field[4].Length == 0 ? 0 : int.Parse(field[4])));
        }
        return [.. answers];
    }
}
