// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Initiator;
using FcTarget.Scsi;

namespace FcTarget.Host.Demo;

/// <summary>The demo from login to logout.</summary>
internal sealed class DemoRun
{
    /// <summary>Probe, claim and login take a second and a half; ten of it on a machine that is busy.</summary>
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(15);

    private readonly DemoRig _rig;
    private readonly DemoScreen _screen;
    private readonly TimeSpan _length;

    public DemoRun(DemoRig rig, DemoScreen screen, TimeSpan length)
    {
        _rig = rig;
        _screen = screen;
        _length = length;
    }

    /// <summary>Runs it. True when every byte that was read was what had been written, and no frame of the target broke the standard.</summary>
    /// <param name="carrier">What carries the frames, for people.</param>
    /// <param name="cancellation">Ends it early: logged out all the same, then OperationCanceledException.</param>
    public async Task<bool> RunAsync(string carrier, CancellationToken cancellation)
    {
        bool isRight = false;
        _screen.Title($"FcTarget demo: {carrier}");
        _rig.Start();
        try
        {
            isRight = await RunLoggedInAsync(cancellation);
        }
        catch (Exception fault) when (fault is DemoFailedException or ScsiCommandException or TimeoutException)
        {
            _screen.PrintEvents(_rig);
            _screen.Failure(fault is TimeoutException ? $"No login within {LoginLimit.TotalSeconds:0} s." : fault.Message);
        }
        finally
        {
            _screen.Title("Logout");
            await _rig.StopAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None); // the last probes are on their way through the sink
            _screen.PrintEvents(_rig);
        }
        if (isRight) PrintNext();
        return isRight;
    }

    private async Task<bool> RunLoggedInAsync(CancellationToken cancellation)
    {
        _screen.Title("Login");
        Task<InitiatorTarget> found = _rig.Client.WaitForTargetAsync(null, LoginLimit, cancellation);
        while (!found.IsCompleted)
        {
            await Task.WhenAny(found, Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None));
            _screen.PrintEvents(_rig);
        }
        InitiatorTarget target = await found;
        (Lun lun, DiskCapacity capacity) = await DiscoverAsync(target, cancellation);
        _screen.PrintEvents(_rig);

        Workload workload = new(_rig.Client, target, lun, capacity);
        _screen.Title("I/O");
        Meter mix;
        await PhaseAsync("write all", new Meter(), meter => workload.WriteAllAsync(meter, cancellation));
        await PhaseAsync("read and verify all", new Meter(), meter => workload.VerifyAllAsync(meter, cancellation));
        await PhaseAsync("random 4 KiB, read and write", mix = new Meter(), meter => workload.MixAsync(meter, _length, cancellation));
        await PhaseAsync("read and verify all again", new Meter(), meter => workload.VerifyAllAsync(meter, cancellation));
        ScsiResult flushed = await _rig.Client.SynchronizeCacheAsync(target, lun, cancellation);
        if (!flushed.IsGood) throw new DemoFailedException($"SYNCHRONIZE CACHE ended with {flushed}.");
        return Summarize(workload, mix);
    }

    private async Task<(Lun Lun, DiskCapacity Capacity)> DiscoverAsync(InitiatorTarget target, CancellationToken cancellation)
    {
        IReadOnlyList<Lun> luns = await _rig.Client.ReportLunsAsync(target, cancellation);
        if (luns.Count == 0) throw new DemoFailedException("REPORT LUNS names no logical unit.");
        await _rig.Client.WaitUntilReadyAsync(target, luns[0], cancellation);
        byte[] inquiry = await _rig.Client.InquiryAsync(target, luns[0], cancellation: cancellation);
        DiskCapacity capacity = await _rig.Client.ReadCapacityAsync(target, luns[0], cancellation);
        // Bytes 8-15 of standard INQUIRY data are T10 VENDOR IDENTIFICATION, 16-31 PRODUCT IDENTIFICATION (SPC-4 6.6.2).
        string name = inquiry.Length < 32 ? "?" : $"{Encoding.ASCII.GetString(inquiry, 8, 8).TrimEnd()} {Encoding.ASCII.GetString(inquiry, 16, 16).TrimEnd()}";
        _rig.Events.Add("initiator", $"found LUN {luns[0]}: {name}, {capacity.Length >> 20} MiB in blocks of {capacity.BlockSize} bytes");
        return (luns[0], capacity);
    }

    private Task PhaseAsync(string name, Meter meter, Func<Meter, Task> work) => _screen.WatchAsync(name, meter, _rig, work(meter));

    private bool Summarize(Workload workload, Meter mix)
    {
        IReadOnlyDictionary<string, long> violations = _rig.Client.Initiator.Counters.Violations();
        _screen.Title("Summary");
        _screen.Text($"Verified: {workload.Verified >> 20} MiB read, every byte as written. Random 4 KiB: {DemoScreen.Rates(mix)}.");
        _screen.PrintProbes(_rig.Probes);
        if (violations.Count == 0) return true;
        _screen.Failure($"Broken rules of FC-FS or FCP-4: {string.Join(", ", violations.Select(v => $"{v.Key} {v.Value}"))}");
        return false;
    }

    private void PrintNext()
    {
        _screen.Title("Next");
        _screen.Text("  ./fctarget interfaces                            which interfaces there are");
        _screen.Text("  sudo ./fctarget run -i IF --probes probes.jsonl  serve 256 MiB to real initiators; README.md says what they type");
    }
}
