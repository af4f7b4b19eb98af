// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf.Configuration;

// STMF ADMINISTRATION - theory of operation
//   Job      The configuration in force, the logical units that go with it, and what each I_T nexus sees of them.
//   Owner    Any thread changes it, one at a time, under _gate; port loops read _current without a lock.
//   Change   next value by the rules -> new logical units opened -> stored durably -> in force, sessions told -> logical units that
//            are gone: closed to new tasks, their tasks aborted, and when the last is over, closed. What fails before "in force"
//            is undone; what a client was told is done, is durable.
//   Proof    StmfAdministrationTests

/// <summary>Administers logical units, groups and views at run time; as an <see cref="ILunView"/> it tells task routers of them.</summary>
public sealed class StmfAdministration : ILunView, IDisposable
{
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ILogicalUnitProvider _provider;
    private readonly ConfigurationStore? _store;
    private readonly TargetPorts? _ports;
    private readonly List<Task> _closing = [];
    private volatile Current _current;

    /// <param name="provider">Makes the logical units.</param>
    /// <param name="store">Where changes are kept; null: they last as long as the process.</param>
    /// <param name="ports">Is told of target ports and their groups; null: nobody is.</param>
    /// <exception cref="StmfException">The stored settings cannot be read, or one of their logical units cannot be had.</exception>
    public StmfAdministration(ILogicalUnitProvider provider, ConfigurationStore? store = null, TargetPorts? ports = null)
    {
        _ports = ports;
        _provider = provider;
        _store = store;
        StmfConfiguration stored = store?.Load() ?? StmfConfiguration.Empty;
        ports?.Set(stored.TargetPortGroups());
        Dictionary<string, ILogicalUnit> units = [];
        try
        {
            foreach (LogicalUnitRecord record in stored.LogicalUnits) units.Add(record.Name, provider.Open(record));
        }
        catch
        {
            foreach (ILogicalUnit unit in units.Values) provider.Close(unit);
            throw;
        }
        _current = new Current(stored, units);
    }

    /// <inheritdoc/>
    public event Action? Changed;

    public StmfConfiguration Configuration => _current.Configuration;

    /// <summary>Changes are kept in a store, and there again after a restart.</summary>
    public bool IsStored => _store is not null;

    /// <summary>The logical unit of a name, online or not; null when there is none.</summary>
    public ILogicalUnit? Find(string name) => _current.Units.GetValueOrDefault(name);

    /// <inheritdoc/>
    public LunMap.Entry[] ViewOf(ItNexus nexus)
    {
        Current current = _current;
        return
        [
            .. current.Configuration.ViewsOf(nexus.InitiatorPortName, nexus.TargetPortName)
                .Select(view => new LunMap.Entry(view.Lun, current.Units[view.LogicalUnit])),
        ];
    }

    /// <summary>Makes a change: all of it, durable and in force when this returns, or none.</summary>
    /// <exception cref="StmfException">It was refused.</exception>
    public StmfConfiguration Change(Func<StmfConfiguration, StmfConfiguration> change)
    {
        List<ILogicalUnit> gone = [];
        StmfConfiguration next;
        lock (_gate)
        {
            Current before = _current;
            next = change(before.Configuration);
            if (next.Equals(before.Configuration)) return next;
            Dictionary<string, ILogicalUnit> units = [];
            List<ILogicalUnit> opened = [];
            List<(ILogicalUnit Unit, LogicalUnitRecord Old)> altered = [];
            try
            {
                foreach (LogicalUnitRecord record in next.LogicalUnits)
                {
                    if (before.Units.TryGetValue(record.Name, out ILogicalUnit? unit))
                    {
                        LogicalUnitRecord old = before.Configuration.LogicalUnit(record.Name);
                        if (old.Definition != record.Definition)
                        {
                            _provider.Change(unit, record);
                            altered.Add((unit, old));
                        }
                    }
                    else
                    {
                        WaitForClosing();
                        opened.Add(unit = _provider.Open(record));
                    }
                    units.Add(record.Name, unit);
                }
                if (!next.Durable().Equals(before.Configuration.Durable())) _store?.Save(next);
            }
            catch
            {
                foreach (ILogicalUnit unit in opened) _provider.Close(unit);
                foreach ((ILogicalUnit unit, LogicalUnitRecord old) in altered) _provider.Change(unit, old);
                throw;
            }
            _current = new Current(next, units);
            gone.AddRange(before.Units.Where(was => !units.ContainsKey(was.Key)).Select(was => was.Value));
            _ports?.Set(next.TargetPortGroups());
            Changed?.Invoke();
            foreach (ILogicalUnit unit in gone) _closing.Add(CloseWhenIdle(unit));
            _closing.RemoveAll(task => task.IsCompletedSuccessfully);
        }
        return next;
    }

    /// <summary>After the ports have stopped: closes what is left.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Task.WaitAll([.. _closing]);
            foreach (ILogicalUnit unit in _current.Units.Values) _provider.Close(unit);
            _current = new Current(StmfConfiguration.Empty, []);
        }
    }

    /// <summary>
    /// A unit that goes holds its name and its file until its last task is over, which is soon. One that is to have them next waits for that; if
    /// it takes longer than an administrator should wait, the provider says what is taken.
    /// </summary>
    private void WaitForClosing() => Task.WaitAny([Task.WhenAll(_closing)], MostPatience);

    /// <summary>
    /// A port loop may be about to enter a task that it routed by the view of a moment ago: the task set refuses it, and what is in
    /// it already is aborted and awaited.
    /// </summary>
    private Task CloseWhenIdle(ILogicalUnit unit)
    {
        DrainRequest drain = new();
        unit.TaskSet.Close();
        unit.TaskSet.Abort(null, AbortReason.LogicalUnitReset, drain);
        drain.Release();
        return drain.Drained.ContinueWith(_ => _provider.Close(unit), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private sealed record Current(StmfConfiguration Configuration, Dictionary<string, ILogicalUnit> Units);
}
