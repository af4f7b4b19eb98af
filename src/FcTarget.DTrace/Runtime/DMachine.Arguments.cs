// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Runtime;

/// <content>
/// Members of the structures that args[] point to: the compiler knows offset and type, the provider guarantees the memory, so that only null
/// is looked for.
/// </content>
internal sealed unsafe partial class DMachine
{
    public long Arg1(long structure, int offset) => structure == 0 ? Bad(offset) : *(sbyte*)(structure + offset);

    public long ArgU1(long structure, int offset) => structure == 0 ? Bad(offset) : *(byte*)(structure + offset);

    public long Arg2(long structure, int offset) => structure == 0 ? Bad(offset) : *(short*)(structure + offset);

    public long ArgU2(long structure, int offset) => structure == 0 ? Bad(offset) : *(ushort*)(structure + offset);

    public long Arg4(long structure, int offset) => structure == 0 ? Bad(offset) : *(int*)(structure + offset);

    public long ArgU4(long structure, int offset) => structure == 0 ? Bad(offset) : *(uint*)(structure + offset);

    public long Arg8(long structure, int offset) => structure == 0 ? Bad(offset) : *(long*)(structure + offset);
}
