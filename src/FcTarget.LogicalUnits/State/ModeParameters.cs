// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.State;

/// <summary>
/// The mode parameters of a logical unit (SPC-4 5.13): current, default, saved and changeable values of each page, shared by all I_T nexuses.
/// What commands need to know of them on the data path is a property here, read without a lock.
/// </summary>
internal sealed class ModeParameters
{
    private readonly Lock _gate = new();
    private readonly TaskSet _tasks;
    private readonly IReadOnlyList<ModePageLayout> _layouts;
    private readonly byte[][] _defaults;
    private byte[][] _saved;
    private volatile byte[][] _current;
    private volatile bool _writeCache, _softwareWriteProtect;
    private volatile byte _controlOfProtection, _checksOfProtection; // bytes 5 and 2 of the Control page
    private volatile uint _threshold;
    private volatile ApplicationTagRanges? _applicationTags;
    private readonly ulong _blockCount;

    /// <param name="tasks">The unit's task set, which heeds D_SENSE and TAS.</param>
    /// <param name="writeCache">Default of WCE.</param>
    /// <param name="threshold">Default of the provisioning threshold, in threshold sets; 0 for none.</param>
    /// <param name="protects">The unit supports protection information.</param>
    /// <param name="blockCount">Capacity in blocks.</param>
    public ModeParameters(TaskSet tasks, bool writeCache, uint threshold, bool protects, ulong blockCount)
    {
        _tasks = tasks;
        _blockCount = blockCount;
        _layouts = protects ? ModePages.ProtectedLayouts : ModePages.Layouts;
        _defaults = [.. _layouts.Select(layout => (byte[])layout.Defaults.Clone())];
        if (!writeCache) _defaults[IndexOf(ModePageCode.Caching, 0)][2] &= 0xFF ^ ModePages.WriteCacheEnable;
        if (threshold != 0)
        {
            int page = IndexOf(ModePageCode.InformationalExceptionsControl, ModePages.LogicalBlockProvisioning);
            Span<byte> descriptor = _defaults[page].AsSpan(ModePages.ThresholdDescriptorAt);
            descriptor[0] |= ModePages.ThresholdEnabled;
            WriteUInt32BigEndian(descriptor[4..], threshold);
        }
        _saved = _defaults;
        _current = _defaults;
        Follow();
    }

    /// <summary>WCE: the status of a write may come before the data is durable.</summary>
    public bool WriteCache => _writeCache;

    /// <summary>SWP: commands that change the medium are refused.</summary>
    public bool SoftwareWriteProtect => _softwareWriteProtect;

    /// <summary>DPICZ: protection information is checked only by commands whose protect field is not 000b.</summary>
    public bool ChecksOnlyWhenAsked => (_checksOfProtection & ModePages.NoCheckWhenZero) != 0;

    /// <summary>ATO: application tags are the initiators'.</summary>
    public bool ApplicationTagOwner => (_controlOfProtection & ModePages.ApplicationTagOwner) != 0;

    /// <summary>What application tags should be, while ATMPE is one; null: nothing is said of them.</summary>
    public ApplicationTagRanges? ApplicationTags => _applicationTags;

    /// <summary>RWWP: data that comes without protection information is not written.</summary>
    public bool RejectsUnprotectedWrites => (_controlOfProtection & ModePages.RejectWriteWithoutProtection) != 0;

    /// <summary>The soft threshold of used space, in threshold sets; 0 while it is not enabled.</summary>
    public uint Threshold => _threshold;

    public IReadOnlyList<ModePageLayout> Layouts => _layouts;

    /// <summary>The values of a page; not to be changed.</summary>
    public ReadOnlySpan<byte> Values(int index, ModePageControl control)
    {
        lock (_gate)
        {
            return control switch
            {
                ModePageControl.Current => _current[index],
                ModePageControl.Changeable => _layouts[index].Changeable,
                ModePageControl.Default => _defaults[index],
                _ => _saved[index],
            };
        }
    }

    /// <summary>The current values of a page.</summary>
    public ReadOnlySpan<byte> Current(ModePageCode code, byte subpage) => _current[IndexOf(code, subpage)];

    /// <summary>
    /// Changes the pages of a MODE SELECT parameter list: all of them, or none when one has a fault. Returns the fault, with its place
    /// counted from <paramref name="at"/>, where the pages begin in the list.
    /// </summary>
    public Sense? Select(ReadOnlySpan<byte> pages, int at, out bool changed)
    {
        changed = false;
        lock (_gate)
        {
            byte[][] next = [.. _current];
            while (!pages.IsEmpty)
            {
                bool hasSubpage = (pages[0] & ModePages.SubpageFormat) != 0;
                if (pages.Length < (hasSubpage ? 4 : 2)) return Sense.ParameterListLengthError;
                int index = IndexOf((ModePageCode)(pages[0] & ModePages.CodeMask), hasSubpage ? pages[1] : (byte)0);
                if (index < 0 || hasSubpage != (_layouts[index].Subpage != 0)) return Sense.InvalidParameter(at);
                ModePageLayout layout = _layouts[index];
                int length = hasSubpage ? ReadUInt16BigEndian(pages[2..]) + 4 : pages[1] + 2;
                if (length != layout.Defaults.Length) return Sense.InvalidParameter(at + (hasSubpage ? 2 : 1));
                if (length > pages.Length) return Sense.ParameterListLengthError;
                byte[] values = (byte[])next[index].Clone();
                for (int i = layout.HeaderLength; i < length; i++)
                {
                    if (((pages[i] ^ values[i]) & ~layout.Changeable[i]) != 0) return Sense.InvalidParameter(at + i);
                    changed |= pages[i] != values[i];
                    values[i] = pages[i];
                }
                if (layout is { Code: ModePageCode.Control, Subpage: ModePages.ApplicationTag } && ApplicationTagRanges.FaultOf(values, _blockCount) is { } fault)
                    return Sense.InvalidParameter(at + fault);
                next[index] = values;
                pages = pages[length..];
                at += length;
            }
            _current = next;
            Follow();
            return null;
        }
    }

    /// <summary>What is current becomes what is saved. Returns it, page by page, to be made durable.</summary>
    public string[] Save()
    {
        lock (_gate)
        {
            _saved = _current;
            return [.. _saved.Select(Convert.ToHexStringLower)];
        }
    }

    /// <summary>Takes back what <see cref="Save"/> returned in another life. Pages that have changed their form since keep their defaults.</summary>
    public void Restore(IReadOnlyList<string> saved)
    {
        lock (_gate)
        {
            byte[][] next = [.. _defaults];
            foreach (string text in saved)
            {
                byte[] page = Convert.FromHexString(text);
                if (page.Length < 2) continue;
                int index = IndexOf((ModePageCode)(page[0] & ModePages.CodeMask), (page[0] & ModePages.SubpageFormat) != 0 ? page[1] : (byte)0);
                if (index >= 0 && page.Length == _defaults[index].Length) next[index] = page;
            }
            _saved = next;
            _current = next;
            Follow();
        }
    }

    /// <summary>A reset: the saved values are current again (SPC-4 5.13).</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _current = _saved;
            Follow();
        }
    }

    /// <summary>The page's number; -1 when there is none.</summary>
    public int IndexOf(ModePageCode code, byte subpage)
    {
        for (int i = 0; i < _layouts.Count; i++)
            if (_layouts[i].Code == code && _layouts[i].Subpage == subpage) return i;
        return -1;
    }

    private void Follow()
    {
        ReadOnlySpan<byte> control = Current(ModePageCode.Control, 0);
        _tasks.DescriptorSense = (control[2] & ModePages.DescriptorSense) != 0;
        _tasks.ReportsAborts = (control[5] & ModePages.TaskAbortedStatus) != 0;
        _checksOfProtection = control[2];
        _controlOfProtection = control[5];
        int tags = (control[5] & ModePages.ApplicationTagPageEnabled) != 0 ? IndexOf(ModePageCode.Control, ModePages.ApplicationTag) : -1;
        _applicationTags = tags < 0 ? null : ApplicationTagRanges.Read(_current[tags]);
        _softwareWriteProtect = (control[4] & ModePages.SoftwareWriteProtect) != 0;
        ReadOnlySpan<byte> page = Current(ModePageCode.InformationalExceptionsControl, ModePages.LogicalBlockProvisioning);
        ReadOnlySpan<byte> threshold = page[ModePages.ThresholdDescriptorAt..];
        _threshold = (threshold[0] & ModePages.ThresholdEnabled) != 0 ? ReadUInt32BigEndian(threshold[4..]) : 0;
        _writeCache = (Current(ModePageCode.Caching, 0)[2] & ModePages.WriteCacheEnable) != 0;
    }
}
