// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.State;

// REFERRALS - theory of operation (SBC-4 4.25)
//   Job      In LBA dependent state a target port group reaches some user data segments and others not. A command that needs one that is closed
//            to it is refused as a whole, before any data moves, and told through which groups the segment is reached.
//   Cut      All units are cut alike: segment n has the blocks n * size to (n + 1) * size - 1, and states repeat every multiplier segments.
//   Sense    The referral is a sense data descriptor. Where sense data is of fixed format (D_SENSE 0), or where no group has the segment open, the
//            answer is NOT READY with the segment's state: a multipath driver that knows nothing of referrals tries its next path then.
//   Proof    ReferralTests
internal sealed partial class AccessStates
{
    private volatile UserDataSegments? _cut; // those of one group, for size and multiplier; null: nothing depends on LBAs

    /// <summary>How units are cut into user data segments; null when no group is in LBA dependent state.</summary>
    public UserDataSegments? Cut => _cut;

    /// <summary>Why a range of bytes cannot be had through a task's port; null when it can.</summary>
    public Sense? RefusalOf(BlockDevice device, ScsiTask task, long offset, long length)
    {
        if (_cut is null) return null;
        AccessGroup[] groups = Groups();
        ushort port = task.Nexus.RelativeTargetPort;
        AccessGroup mine = Array.Find(groups, group => Array.IndexOf(group.Ports, port) >= 0);
        if (mine.Segments is not { } segments) return null;
        long segment = segments.FirstClosed(offset, length);
        if (segment < 0) return null;
        if (!device.TaskSet.DescriptorSense || !Array.Exists(groups, group => UserDataSegments.IsOpen(group.Of(segment))))
            return RefusalOf(mine.Of(segment));
        return Sense.InspectReferralsSenseDescriptors with { Referral = ReferralOf(device, segments, segment, groups, DescriptorSense.MaxReferralGroups) };
    }

    /// <summary>
    /// What REPORT REFERRALS tells from an LBA on: for every set of segments that have one state, their first from there on and their last; where
    /// nothing depends on LBAs, the whole medium.
    /// </summary>
    public IReadOnlyList<UserDataSegmentReferral> Referrals(BlockDevice device, ulong lba, bool one)
    {
        AccessGroup[] groups = Groups();
        if (Cut is not { } cut) return [new UserDataSegmentReferral(0, device.BlockCount - 1, StatesOf(groups, 0, byte.MaxValue))];
        long bytes = (long)device.BlockCount * device.BlockSize;
        long first = (long)lba * device.BlockSize / cut.Size, end = (bytes - 1) / cut.Size + 1;
        List<UserDataSegmentReferral> found = [];
        for (long segment = first; segment < Math.Min(end, first + (one ? 1 : cut.States.Count)); segment++)
            found.Add(ReferralOf(device, cut, segment, groups, byte.MaxValue));
        return found;
    }

    /// <summary>A segment, and all that come after it and have its states.</summary>
    private static UserDataSegmentReferral ReferralOf(BlockDevice device, UserDataSegments cut, long segment, AccessGroup[] groups, int most)
    {
        ulong blocks = (ulong)(cut.Size / device.BlockSize), end = device.BlockCount;
        ulong first = (ulong)segment * blocks, round = (ulong)cut.States.Count * blocks;
        ulong last = first + ((end - 1 - first) / round * round); // where the last of them begins
        return new UserDataSegmentReferral(first, Math.Min(last + blocks, end) - 1, StatesOf(groups, segment, most));
    }

    /// <summary>The states of a segment, open ones first when there is no room for all.</summary>
    private static ReferralGroup[] StatesOf(AccessGroup[] groups, long segment, int most)
    {
        IEnumerable<AccessGroup> listed = groups.Length <= most ? groups : groups.OrderBy(group => !UserDataSegments.IsOpen(group.Of(segment))).Take(most);
        return [.. listed.Select(group => new ReferralGroup(group.Number, group.Of(segment)))];
    }

    private static UserDataSegments? CutOf(IReadOnlyList<TargetPortGroup> groups) => groups.FirstOrDefault(group => group.Segments is not null)?.Segments;
}
