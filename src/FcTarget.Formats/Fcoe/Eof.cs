// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fcoe;

/// <summary>EOF, End_of_Frame delimiter, in the one-byte code of FC-BB-6 (FC frame encapsulation, RFC 3643).</summary>
public enum Eof : byte
{
    /// <summary>41h, normal: the sequence goes on.</summary>
    EOFn = 0x41,

    /// <summary>42h, terminate: the last frame of the sequence.</summary>
    EOFt = 0x42,

    /// <summary>44h, remove terminate (class 4).</summary>
    EOFrt = 0x44,

    /// <summary>46h, disconnect terminate or deactivate terminate.</summary>
    EOFdt = 0x46,

    /// <summary>49h, normal invalid.</summary>
    EOFni = 0x49,

    /// <summary>4Eh, disconnect terminate invalid.</summary>
    EOFdti = 0x4E,

    /// <summary>4Fh, remove terminate invalid (class 4).</summary>
    EOFrti = 0x4F,

    /// <summary>50h, abort.</summary>
    EOFa = 0x50,
}

/// <summary>What an EOF code says.</summary>
public static class EofExtensions
{
    /// <summary>Whether the code is one of FC-BB-6; others are dropped on receipt.</summary>
    public static bool IsDefined(this Eof eof) =>
        eof is Eof.EOFn or Eof.EOFt or Eof.EOFni or Eof.EOFa or Eof.EOFdt or Eof.EOFdti or Eof.EOFrt or Eof.EOFrti;

    /// <summary>Whether the frame is marked as the last of its sequence.</summary>
    public static bool TerminatesSequence(this Eof eof) => eof is Eof.EOFt or Eof.EOFdt or Eof.EOFrt or Eof.EOFdti or Eof.EOFrti;

    /// <summary>
    /// Whether somebody on the way found the frame damaged (FC-FS, frame delimiters): its content must not be used, whatever
    /// its CRC says.
    /// </summary>
    public static bool MarksFrameInvalid(this Eof eof) => eof is Eof.EOFni or Eof.EOFa or Eof.EOFdti or Eof.EOFrti;
}
