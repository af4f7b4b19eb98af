// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>
/// What the router keeps for an I_T nexus: its view, that is the logical units by LUN, ascending, each with its unit attentions.
/// The array is replaced as a whole when the map changes, so that a port loop reads it without a lock.
/// </summary>
internal sealed class NexusState(ItNexus nexus)
{
    private volatile ItlNexus[] _view = [];

    public ItlNexus[] View => _view;

    /// <summary>
    /// Follows the map: keeps the I_T_L nexuses that are still there, and has each logical unit know of them. False when nothing is
    /// different. Under the router's lock.
    /// </summary>
    public bool Follow(LunMap.Entry[] map, out List<ItlNexus> gone)
    {
        ItlNexus[] before = _view;
        _view = Array.ConvertAll(map, entry =>
            Array.Find(before, itl => itl.Lun == entry.Lun && itl.Unit == entry.Unit) ?? Join(new ItlNexus(nexus, entry.Lun, entry.Unit)));
        gone = [.. before.Except(_view)];
        foreach (ItlNexus itl in gone) itl.Unit.TaskSet.Nexuses.Remove(itl);
        return gone.Count > 0 || before.Length != _view.Length;
    }

    private static ItlNexus Join(ItlNexus itl)
    {
        itl.Unit.TaskSet.Nexuses.Add(itl);
        return itl;
    }

    /// <summary>The I_T_L nexus behind a LUN; null when the LUN is not mapped.</summary>
    public ItlNexus? Find(Lun lun)
    {
        ItlNexus[] view = _view;
        if (!lun.TryGetNumber(out int number)) return null;
        if ((uint)number < (uint)view.Length && view[number].Lun == number) return view[number]; // LUNs 0, 1, 2...: the usual map
        int low = 0, high = view.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int there = view[middle].Lun;
            if (there == number) return view[middle];
            if (there < number) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }

    public ItlNexus? Find(ILogicalUnit unit) => Array.Find(_view, itl => itl.Unit == unit);

    public void Establish(UnitAttentions condition)
    {
        foreach (ItlNexus itl in _view) itl.Establish(condition);
    }

    public void Clear(UnitAttentions condition)
    {
        foreach (ItlNexus itl in _view) itl.Clear(condition);
    }
}
