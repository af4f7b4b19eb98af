// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>
/// Which logical units an I_T nexus sees, and behind which LUN. The router asks for it when a session begins and again, for every
/// session, when it changes.
/// </summary>
public interface ILunView
{
    /// <summary>Something has changed. Raised on the thread that changed it.</summary>
    event Action? Changed;

    /// <summary>
    /// What a nexus sees, by ascending LUN; an array that nobody writes to any more. A logical unit is there once at most. Any thread.
    /// </summary>
    LunMap.Entry[] ViewOf(ItNexus nexus);
}
