// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fcoe;

/// <summary>SOF, Start_of_Frame delimiter, in the one-byte code of FC-BB-6 (FC frame encapsulation, RFC 3643).</summary>
public enum Sof : byte
{
    /// <summary>28h, class F: between switches.</summary>
    SOFf = 0x28,

    /// <summary>29h, class 4 initiate.</summary>
    SOFi4 = 0x29,

    /// <summary>2Dh, class 2 initiate: the first frame of a sequence.</summary>
    SOFi2 = 0x2D,

    /// <summary>2Eh, class 3 initiate: the first frame of a sequence.</summary>
    SOFi3 = 0x2E,

    /// <summary>31h, class 4 normal.</summary>
    SOFn4 = 0x31,

    /// <summary>35h, class 2 normal: every later frame of a sequence.</summary>
    SOFn2 = 0x35,

    /// <summary>36h, class 3 normal: every later frame of a sequence.</summary>
    SOFn3 = 0x36,

    /// <summary>39h, class 4 activate.</summary>
    SOFc4 = 0x39,
}

/// <summary>What a SOF code says.</summary>
public static class SofExtensions
{
    /// <summary>Whether the code is one of FC-BB-6; others are dropped on receipt.</summary>
    public static bool IsDefined(this Sof sof) =>
        sof is Sof.SOFi3 or Sof.SOFn3 or Sof.SOFi2 or Sof.SOFn2 or Sof.SOFf or Sof.SOFi4 or Sof.SOFn4 or Sof.SOFc4;

    /// <summary>Whether the frame is the first of its sequence. Class F has one code for both and answers false.</summary>
    public static bool InitiatesSequence(this Sof sof) => sof is Sof.SOFi3 or Sof.SOFi2 or Sof.SOFi4 or Sof.SOFc4;

    /// <summary>Whether the frame is of class 3, the only class FCP uses here.</summary>
    public static bool IsClass3(this Sof sof) => sof is Sof.SOFi3 or Sof.SOFn3;

    /// <summary>Whether the frame is of class 2, whose frames are acknowledged, or rejected, one by one.</summary>
    public static bool IsClass2(this Sof sof) => sof is Sof.SOFi2 or Sof.SOFn2;
}
