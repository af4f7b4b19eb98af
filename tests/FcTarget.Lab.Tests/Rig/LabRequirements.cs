// SPDX-License-Identifier: MIT

namespace FcTarget.Lab.Tests.Rig;

/// <summary>What the lab needs of this machine.</summary>
internal static class LabRequirements
{
    /// <summary>Skips the test, naming what is missing, if the lab cannot run here.</summary>
    public static void SkipIfMissing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the lab needs Linux");
        Skip.IfNot(Environment.UserName == "root", "the lab needs root: it makes network devices");
        Skip.IfNot(File.Exists("/dev/net/tun"), "the lab needs /dev/net/tun");
        foreach (string tool in new[] { "ip", "tcpdump", "tshark", "timeout" })
            Skip.IfNot(Shell.Has(tool), $"the lab needs {tool}");
    }
}
