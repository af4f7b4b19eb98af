// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Wire;

namespace FcTarget.TestKit;

// TEST HOST - theory of operation
//   Job      A host on the fabric, told by the test what to do: an ENode of its own with an FCP initiator.
//   Files    TestHost.cs: cable and logins.  TestHost.Commands.cs: SCSI commands and task management.
//   Time     What a function waits for, happens in it: the fabric's time passes. Begins... returns at once.
//   Always   It retries nothing; every end of a command is a result. Reads and Writes want GOOD.

/// <summary>A scripted host. See the theory of operation in the file.</summary>
public sealed partial class TestHost : IInitiatorObserver
{
    private const int MaxExchanges = 256;

    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(20);

    private readonly TestFabric _fabric;
    private readonly Func<FcPort> _newPort;
    private readonly List<RemotePort> _found = [];
    private readonly List<FcpInitiator> _initiators = [];

    internal TestHost(TestFabric fabric, MemoryWire wire, Func<FcPort> newPort)
    {
        _fabric = fabric;
        _newPort = newPort;
        Wire = wire;
        Create();
    }

    public string Name => Wire.Name;

    public MemoryWire Wire { get; }

    /// <summary>The port; another one after <see cref="LogsOut"/>.</summary>
    public FcPort Port { get; private set; } = null!;

    /// <summary>Its FCP initiator.</summary>
    public FcpInitiator Initiator => _initiators[^1];

    internal IReadOnlyList<FcpInitiator> Initiators => _initiators;

    public Wwn PortName => Port.Local.PortName;

    /// <summary>N_Port_ID; <see cref="FcId.None"/> while it is not logged in with the fabric.</summary>
    public FcId Id => Port.Local.Id;

    /// <summary>The targets it has an image pair with, in the order it found them.</summary>
    public IReadOnlyList<RemotePort> Targets => _found;

    /// <summary>How often it found a target.</summary>
    public int Logins { get; private set; }

    /// <summary>Whether it has an image pair with this target port.</summary>
    public bool Sees(TestTargetPort target) => _found.Exists(remote => remote.PortName == target.PortName);

    // ---- logins ---------------------------------------------------------------------------------------------------

    /// <summary>
    /// Plugs the cable in, and lets time pass until the host is logged in with the fabric and with every target port that zoning lets it
    /// see, and has taken the unit attentions of their logical units.
    /// </summary>
    /// <param name="takesUnitAttentions">False: the next command gets them.</param>
    /// <exception cref="ConversationException">It takes longer than 20 s of virtual time.</exception>
    public void LogsIn(bool takesUnitAttentions = true)
    {
        Wire.SetLink(true);
        _fabric.RunUntil(() => Id != FcId.None && MayFind().All(Sees), $"{Name} logs in", LoginLimit);
        if (takesUnitAttentions) TakesUnitAttentions();
    }

    /// <summary>Logs out of every target and of the fabric (LOGO), and pulls the cable: what Linux does when an FCoE instance is destroyed.</summary>
    public void LogsOut()
    {
        bool left = false;
        Port.RequestStop(() => left = true);
        _fabric.RunUntil(() => left, $"{Name} logs out", LoginLimit);
        LosesLink();
        _fabric.RunsNoMore(Port);
        Create();
    }

    /// <summary>Logs out of one target (LOGO).</summary>
    public void LogsOutOf(TestTargetPort target)
    {
        Initiator.LogOut(RemoteOf(target));
        _fabric.RunUntil(() => !Sees(target), $"{Name} logs out of {target.Name}", LoginLimit);
    }

    /// <summary>Pulls the cable.</summary>
    public void LosesLink()
    {
        Wire.SetLink(false);
        _fabric.Advance(TimeSpan.Zero);
    }

    /// <summary>TEST UNIT READY to every logical unit of every target until no unit attention is left.</summary>
    public void TakesUnitAttentions()
    {
        foreach (RemotePort target in _found.ToArray())
        {
            foreach (int lun in LunsOf(target))
            {
                int left = 16; // more conditions than a logical unit can have pending
                while (left-- > 0 && Run(NewCommand(target, lun, TestUnitReady, default, default)).IsUnitAttention) { }
            }
        }
    }

    void IInitiatorObserver.OnTargetFound(RemotePort target)
    {
        Logins++;
        _found.Add(target);
    }

    void IInitiatorObserver.OnTargetLost(RemotePort target) => _found.Remove(target);

    public override string ToString() => $"{Name} ({PortName.ToColonString()})";

    private void Create()
    {
        Port = _newPort();
        FcpInitiator initiator = FcpInitiator.AddTo(Port, new InitiatorOptions { MaxExchanges = MaxExchanges });
        initiator.Observer = this;
        _initiators.Add(initiator);
        _fabric.Runs(Port);
    }

    /// <summary>The target ports that zoning lets it see; all while the fabric does not know it yet.</summary>
    private IEnumerable<TestTargetPort> MayFind()
    {
        Fabric.FcFabric fabric = _fabric.Switch.Fabric;
        return fabric.Find(PortName) is { } self
            ? _fabric.Targets.Where(target => fabric.Find(target.PortName) is { } port && fabric.MayTalk(self, port))
            : _fabric.Targets;
    }

    private RemotePort RemoteOf(TestTargetPort? target)
    {
        if (target is not null)
            return _found.Find(remote => remote.PortName == target.PortName) ?? throw _fabric.Failure($"{Name} has no image pair with {target.Name}");
        return _found.Count == 1 ? _found[0] : throw _fabric.Failure($"{Name} has image pairs with {_found.Count} targets: say which one is meant");
    }
}
