// SPDX-License-Identifier: MIT

using System.Runtime.Versioning;
using FcTarget.Probes.Usdt;

namespace FcTarget.Probes.Tests.Usdt;

[SupportedOSPlatform("linux")]
public sealed class UsdtDeliveryTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public UsdtDeliveryTests() => Skip.If(UsdtArchitecture.Current is null, "no probes for this system");

    private static byte[] Image => UsdtImage.Make(UsdtArchitecture.Current!);

    [SkippableFact]
    public void A_library_beside_the_program_is_used_if_it_is_ours()
    {
        string beside = _scratch.File(UsdtImage.FileName);
        UsdtDescription.Emit(beside);
        UsdtProbes.Load(beside, [])!.Path.Should().Be(beside);
    }

    [SkippableFact]
    public void One_that_is_not_ours_byte_by_byte_is_never_loaded()
    {
        string beside = _scratch.File(UsdtImage.FileName);
        byte[] changed = Image;
        changed[^1] ^= 1;
        File.WriteAllBytes(beside, changed);
        UsdtProbes.Load(beside, [_scratch.Path])!.Path.Should().Be(_scratch.File(UsdtDelivery.FileName(Image)));
    }

    [SkippableFact]
    public void A_directory_that_is_not_there_is_made_for_the_owner_only_and_the_file_is_kept()
    {
        string directory = _scratch.File("new");
        UsdtProbes probes = UsdtProbes.Load(null, [directory])!;
        File.GetUnixFileMode(directory).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        DateTime written = File.GetLastWriteTimeUtc(probes.Path);
        UsdtProbes.Load(null, [directory])!.Path.Should().Be(probes.Path);
        File.GetLastWriteTimeUtc(probes.Path).Should().Be(written, "somebody may have it mapped");
        Directory.GetFiles(directory).Should().Equal(probes.Path);
    }

    [SkippableTheory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_directory_others_can_write_to_is_passed_over(UnixFileMode others)
    {
        string open = Directory.CreateDirectory(_scratch.File("open")).FullName, next = _scratch.File("next");
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | others);
        UsdtProbes.Load(null, [open, next])!.Path.Should().StartWith(next);
        Directory.GetFiles(open).Should().BeEmpty();
    }

    [SkippableFact]
    public void A_link_to_a_directory_is_passed_over()
    {
        Directory.CreateSymbolicLink(_scratch.File("link"), Directory.CreateDirectory(_scratch.File("real")).FullName);
        UsdtProbes.Load(null, [_scratch.File("link"), _scratch.File("next")])!.Path.Should().StartWith(_scratch.File("next"));
    }

    [SkippableFact]
    public void Without_any_directory_it_is_a_file_in_memory()
    {
        UsdtProbes probes = UsdtProbes.Load(null, ["/proc/none"])!;
        probes.Path.Should().StartWith($"/proc/{Environment.ProcessId}/fd/");
        File.ReadAllBytes(probes.Path).Should().Equal(Image);
    }

    [SkippableFact]
    public void A_library_serves_one_provider_at_a_time()
    {
        UsdtProbes probes = UsdtProbes.Load(null, [_scratch.Path])!;
        FcProvider first = new(), second = new();
        Sink sink = new();
        first.Attach(sink);
        first.Connect(probes);
        second.Invoking(p => p.Connect(probes)).Should().Throw<InvalidOperationException>();
        first.Disconnect();
        first.IsEnabled(FcProbe.LinkUp).Should().BeTrue("its sinks stay");
        second.Connect(probes);
        second.IsEnabled(FcProbe.LinkUp).Should().BeFalse("nothing of the first is left in it");
    }

    [SkippableFact]
    public unsafe void A_raised_semaphore_enables_its_probe_and_no_other_at_once()
    {
        UsdtProbes probes = UsdtProbes.Load(null, [_scratch.Path])!;
        using ProbeRig rig = new();
        rig.Provider.Connect(probes);
        rig.Provider.IsEnabled(FcProbe.ScsiCommand).Should().BeFalse();

        probes.Gates[(int)FcProbe.ScsiCommand]++; // as the kernel does
        Enumerable.Range(0, FcProbeNames.Count).Where(i => rig.Provider.IsEnabled((FcProbe)i)).Should().Equal((int)FcProbe.ScsiCommand);
        probes.Traced.Should().Be(FcProbeSet.ScsiCommand);

        Sink sink = new();
        rig.Provider.Attach(sink, FcProbeSet.ScsiCommand | FcProbeSet.LinkUp);
        rig.Provider.Detach(sink);
        probes.Traced.Should().Be(FcProbeSet.ScsiCommand, "what we note beside it is not the semaphore");
        rig.Provider.IsEnabled(FcProbe.LinkUp).Should().BeFalse();
        probes.Gates[(int)FcProbe.ScsiCommand]--;
        rig.Provider.IsEnabled(FcProbe.ScsiCommand).Should().BeFalse();
    }

    [SkippableFact]
    public void Always_enables_everything_and_raises_no_semaphore()
    {
        UsdtProbes probes = UsdtProbes.Load(null, [_scratch.Path], always: true)!;
        using ProbeRig rig = new();
        rig.Provider.Connect(probes);
        for (FcProbe probe = 0; (int)probe < FcProbeNames.Count; probe++)
        {
            rig.Provider.IsEnabled(probe).Should().BeTrue();
            rig.Fire(probe);
        }
        probes.Traced.Should().Be(FcProbeSet.None);
    }

    public void Dispose() => _scratch.Dispose();

    private sealed class Sink : IFcProbeSink
    {
        public void OnProbe(in FcProbeEvent e) { }
    }
}
