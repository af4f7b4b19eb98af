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
}
