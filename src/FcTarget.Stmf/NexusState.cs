// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>
/// What the router keeps for an I_T nexus: its view, that is the logical units by LUN, ascending, each with its unit attentions.
/// The array is replaced as a whole when the map changes, so that a port loop reads it without a lock.
/// </summary>
internal sealed class NexusState
{
    private volatile ItlNexus[] _view = [];

    public ItlNexus[] View => _view;

    /// <summary>
    /// Follows the map: keeps the I_T_L nexuses that are still there. Returns those that are gone. Under the router's lock.
    /// </summary>
    public List<ItlNexus> Follow(LunMap.Entry[] map)
    {
        ItlNexus[] before = _view;
        _view = Array.ConvertAll(map, entry =>
            Array.Find(before, itl => itl.Lun == entry.Lun && itl.Unit == entry.Unit) ?? new ItlNexus(entry.Lun, entry.Unit));
        return [.. before.Except(_view)];
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
