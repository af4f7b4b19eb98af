// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>
/// Which logical unit stands behind which LUN. A router's default view: every I_T nexus sees the whole map. Changes come from any
/// thread; sessions under way are told by unit attention (3F/0E, REPORTED LUNS DATA HAS CHANGED).
/// </summary>
public sealed class LunMap : ILunView
{
    /// <summary>The highest LUN that fits flat space addressing (SAM-5 4.7.7.3).</summary>
    public const int MaxLun = 16383;

    private readonly Lock _gate = new();
    private volatile Entry[] _entries = [];

    /// <summary>One LUN and what it leads to.</summary>
    public readonly record struct Entry(int Lun, ILogicalUnit Unit);

    /// <summary>The map has changed. Raised on the thread that changed it.</summary>
    public event Action? Changed;

    /// <summary>The entries by ascending LUN, as they are now.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public Entry[] ViewOf(ItNexus nexus) => _entries;

    /// <summary>Maps a logical unit.</summary>
    /// <exception cref="ArgumentException">The LUN is not 0 to 16383, is taken, or the logical unit is mapped already.</exception>
    public void Add(int lun, ILogicalUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        if (lun is < 0 or > MaxLun) throw new ArgumentOutOfRangeException(nameof(lun), lun, $"A LUN is 0 to {MaxLun}.");
        lock (_gate)
        {
            foreach (Entry entry in _entries)
            {
                if (entry.Lun == lun) throw new ArgumentException($"LUN {lun} is taken by '{entry.Unit.Identity.Name}'.", nameof(lun));
                if (entry.Unit == unit) throw new ArgumentException($"'{unit.Identity.Name}' is LUN {entry.Lun} already.", nameof(unit));
            }
            _entries = [.. _entries.Append(new Entry(lun, unit)).OrderBy(entry => entry.Lun)];
        }
        Changed?.Invoke();
    }

    /// <summary>The lowest LUN that is not taken.</summary>
    public int FirstFree()
    {
        int free = 0;
        foreach (Entry entry in _entries)
        {
            if (entry.Lun != free) break;
            free++;
        }
        return free;
    }

    /// <summary>
    /// Unmaps a LUN; the tasks that came through it are aborted and end soon after. False when it was not mapped.
    /// </summary>
    public bool Remove(int lun)
    {
        lock (_gate)
        {
            Entry[] left = [.. _entries.Where(entry => entry.Lun != lun)];
            if (left.Length == _entries.Length) return false;
            _entries = left;
        }
        Changed?.Invoke();
        return true;
    }
}
