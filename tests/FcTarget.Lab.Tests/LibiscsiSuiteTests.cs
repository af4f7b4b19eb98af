// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using FcTarget.Lab.Tests.Rig;
using Xunit.Abstractions;

namespace FcTarget.Lab.Tests;

/// <summary>libiscsi's SCSI conformance suite, over FCoE from a Linux initiator: 215 tests, about 10 seconds. See docs/conformance.md.</summary>
public sealed class LibiscsiSuiteTests(ITestOutputHelper output)
{
    /// <summary>
    /// libfc does not hand the residual of FCP_RSP on, so these see bytes behind our data that are not ours. Which of them show depends on what
    /// was in the initiator's buffer before.
    /// </summary>
    private static readonly string[] NotOurs = ["Inquiry.AllocLength", "Inquiry.BlockLimits", "Inquiry.Standard"];

    /// <summary>With blocks of 4096 bytes the tool reads 8 MiB at once, for which the guest's sg driver has no memory in one piece.</summary>
    private const string TooLongForGuest = "ExtendedCopy.Simple";

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

        string report = guest.Try("iscsi-test-cu -d -s -n --test=SCSI /dev/sg0 2>&1", 300).Output;

        report.Should().MatchRegex(@"tests\s+215\s+215");
        IEnumerable<string> failed = Regex.Matches(report, @"Suite (\w+), Test (\w+) had failures").Select(match => $"{match.Groups[1]}.{match.Groups[2]}");
        failed.Except(NotOurs).Where(test => test != TooLongForGuest || !report.Contains("SG_IO ioctl failed")).Should().BeEmpty(report);
        Regex.Matches(report, @"\[SKIPPED\].*").Select(match => match.Value).Should().OnlyContain(skip => Regex.IsMatch(skip, Skips));
    }
}
