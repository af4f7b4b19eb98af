// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using FcTarget.Formats;
using FcTarget.Host.Control;
using FcTarget.Host.Demo;
using FcTarget.Initiator;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace FcTarget.Host.Tests;

/// <summary>A target with a control socket and an initiator that is logged in, in this process; nothing of its own enables a probe.</summary>
public abstract class TracedTarget : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly byte[] _block = new byte[512];
    private InitiatorTarget _disk = null!;

    protected TracedTarget()
    {
        MemorySegment segment = new();
        Rig = new DemoRig(segment.Attach("target", new MacAddress(0x02_00_00_00_00_01ul)), segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_02ul)));
    }

    protected string Folder { get; } = Directory.CreateTempSubdirectory("fctarget-test.").FullName;

    private protected DemoRig Rig { get; }

    private protected ControlServer Server { get; private set; } = null!;

    protected string SocketPath => Path.Combine(Folder, "control.sock");

    public async Task InitializeAsync()
    {
        Socket socket = ControlSocket.Bind(SocketPath);
        Rig.Start();
        Server = await ControlServer.StartAsync(socket, ControlModules.Of(Rig.Target), NullLogger.Instance);
        _disk = await Rig.Client.WaitForTargetAsync(null, Patience);
        await Rig.Client.ReadAsync(_disk, Lun.FromNumber(0), 0, 1, _block); // takes the unit attention
        Rig.Target.Probes.Detach(Rig.Probes); // so that only programs enable probes
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Rig.StopAsync();
        Rig.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    protected async Task ReadAsync() => await Rig.Client.ReadAsync(_disk, Lun.FromNumber(0), 0, 1, _block);

    protected void NothingIsEnabled() => Enum.GetValues<FcProbe>().Should().OnlyContain(p => !Rig.Target.Probes.IsEnabled(p));
}
