// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>
/// libiscsi's SCSI conformance suite, over FCoE from a Linux initiator: 215 tests against each of several units. See docs/conformance.md.
/// </summary>
public sealed class LibiscsiSuiteTests(ITestOutputHelper output)
{
    private const int All = 215;

    /// <summary>What a test may be skipped for on every unit: the tool has no second path, is not on iSCSI, or would crash.</summary>
    private const string Unreachable = "Multipath|iSCSI backends|--allow-sanitize";

    /// <summary>What else a unit may have it skipped for: it is not removable, or not write protected.</summary>
    private const string OtherMedium = Unreachable + "|not removable|not write-protected";

    /// <summary>
    /// The units, by LUN, which tests each is here for, and what it may have skipped. The first two have blocks of such a size as the suite asks for:
    /// a physical block of 256 logical ones, WRITE SAME of no blocks, and no promise what unmapped blocks read as. The third has what a unit has by
    /// default, and a medium to take out.
    /// </summary>
    private static readonly (string Unit, string Tests, string MaySkip)[] Units =
    [
        ("memory:256M,physical=128K,lbprz=0,wsnz=0", "SCSI", OtherMedium),
        ("file:{0}/disk.img,size=512M,block=4096,physical=1M,lbprz=0,wsnz=0", "SCSI", OtherMedium),
        ("memory:256M,removable", "SCSI", Unreachable + "|not write-protected|LBPPB < 2|0-blocks"),
        ("memory:256M,ro", "SCSI.ReadOnly", "nothing"), // the others want to write
    ];

    /// <summary>
    /// Linux's libfc keeps the residual of FCP_RSP to itself, so the tool takes its whole buffer for data. Two tests ask for the true length and
    /// cannot pass; the third looks at the bytes behind our data, of which the sg driver leaves what was there before.
    /// </summary>
    private static readonly (string Test, string Fault)[] WithoutResidual =
    [
        ("Inquiry.AllocLength", @"test_inquiry_alloc_length\.c:97 +- CU_ASSERT_EQUAL\(ret,0\)"),
        ("Inquiry.BlockLimits", @"test_inquiry_block_limits\.c:72 +- CU_ASSERT_EQUAL\(bl_task->datain\.size,"),
        ("Inquiry.Standard", @"test_inquiry_standard\.c:106 +- CU_FAIL\(""Padding data is not zero\. Leaking data\?""\)"),
    ];

    [SkippableFact]
    public void Every_test_passes_and_none_is_skipped_everywhere_that_could_run_here()
    {
        using LabRig rig = new(output);
        rig.StartTarget([.. Units.Select(unit => string.Format(CultureInfo.InvariantCulture, unit.Unit, rig.Folder))]);
        Guest guest = rig.StartGuest();
        guest.LogIn();
        guest.WaitUntil($"[ -e /dev/sg{Units.Length - 1} ]");
        // By default the sg driver has 128 pieces of 32 KiB for a command; the tool reads 8 MiB where a block has 4096 bytes.
        guest.Run("echo 131072 > /sys/module/sg/parameters/scatter_elem_sz");
        string kernel = guest.Run("uname -rv").Trim();
        bool hidesResiduals = guest.Run("sg_raw -r 512 /dev/sg0 12 00 00 02 00 00 2>&1").Contains("512 bytes");

        HashSet<string> ran = [], skipped = [], excused = [];
        foreach ((int lun, (string unit, string tests, string maySkip)) in Units.Index())
        {
            SuiteReport report = SuiteReport.Parse(guest.Try($"iscsi-test-cu -d -s -n -v --test={tests} /dev/sg{lun} 2>&1", 300).Output);
            Print(unit, report);

            if (tests == "SCSI") report.Tests.Should().Be(All);
            report.Names.Should().HaveCount(report.Tests).And.OnlyHaveUniqueItems();
            report.Failed.Select(failure => failure.Test).Distinct().Should().HaveCount(report.Tests - report.Passed);
            report.Failed.Where(failure => !hidesResiduals || !IsForWantOfAResidual(failure)).Should().BeEmpty();
            report.Skipped.Where(skip => !Regex.IsMatch(skip.Reason, maySkip)).Should().BeEmpty();
            skipped.UnionWith(report.Skipped.Select(skip => skip.Test));
            excused.UnionWith(report.Skipped.Where(skip => Regex.IsMatch(skip.Reason, Unreachable)).Select(skip => skip.Test));
            ran.UnionWith(report.Names.Except(report.Skipped.Select(skip => skip.Test)));
        }

        skipped.Except(ran).Except(excused).Should().BeEmpty("a unit can be had on which it runs");
        (ran.Count + excused.Except(ran).Count()).Should().Be(All);
        output.WriteLine($"{ran.Count} tests ran on one unit at least, {excused.Except(ran).Count()} cannot run here");
        output.WriteLine($"initiator: Linux {kernel}, libfc {(hidesResiduals ? "hides residuals" : "hands residuals on")}");
    }

    private static bool IsForWantOfAResidual((string Test, string Fault) failure) =>
        WithoutResidual.Any(known => known.Test == failure.Test && Regex.IsMatch(failure.Fault, $"^{known.Fault}"));

    private void Print(string unit, SuiteReport report)
    {
        output.WriteLine($"{unit}: {report.Passed} of {report.Tests} passed, {report.Skipped.Select(skip => skip.Test).Distinct().Count()} of them skipped");
        foreach (string test in report.Failed.Select(failure => failure.Test).Distinct()) output.WriteLine($"      failed: {test}");
        foreach (IGrouping<string, (string Test, string Reason)> reason in report.Skipped.GroupBy(skip => skip.Reason))
            output.WriteLine($"  {reason.Count(),3} skipped: {reason.Key}");
    }

    /// <summary>What the initiator hides is on the wire: FCP_DL less FCP_RESID is what was sent, for every length the suite asks for.</summary>
    [SkippableFact]
    public void Every_INQUIRY_of_the_suite_is_answered_with_its_true_residual()
    {
        using LabRig rig = new(output);
        string recording = Path.Combine(rig.Folder, "frames.pcapng");
        Target target = rig.StartSwitch("--lu", "memory:64M", "--record", recording);
        Guest guest = rig.StartGuest();
        guest.LogInToFabric();
        guest.Try("iscsi-test-cu -d -s -n --test=SCSI.Inquiry /dev/sg0 2>&1");
        target.Stop().Should().Be(0);

        InquiryAnswer[] answers = [.. InquiryAnswer.In(recording)];

        answers.Should().HaveCountGreaterThan(255, "AllocLength asks for 5 to 255, 511 and 512 bytes");
        answers.Should().OnlyContain(answer => answer.Sent == (answer.Expected - answer.Residual + 3) / 4 * 4, "a frame is filled up to 4 bytes");
        answers.Where(answer => answer.Expected is 511 or 512).Select(answer => answer.Expected - answer.Residual).Distinct()
            .Should().ContainSingle("both ask for more than there is").Which.Should().BeGreaterThan(36);
    }
}
