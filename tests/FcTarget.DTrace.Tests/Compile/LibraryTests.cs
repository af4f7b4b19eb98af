// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;
using FcTarget.Probes;

namespace FcTarget.DTrace.Tests;

/// <summary>The library's structures against those the probes pass.</summary>
public sealed class LibraryTests
{
    [Theory]
    [InlineData("conninfo_t", typeof(ConnInfo))]
    [InlineData("fc_port_info_t", typeof(FcPortInfo))]
    [InlineData("scsicmd_t", typeof(ScsiCmd))]
    [InlineData("fc_xferinfo_t", typeof(FcXferInfo))]
    [InlineData("fc_cmdfacts_t", typeof(FcCommandFacts))]
    public void A_structure_lies_in_memory_as_the_native_one_does(string name, Type native)
    {
        DOptions options = new();
        DTypeTable types = new(options);
        DParser.ParseLibrary(types, options);
        StructType structure = types.Find(name)!.Base.Should().BeOfType<StructType>().Subject;
        System.Reflection.FieldInfo[] fields =
        [
            .. native.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic),
        ];
        structure.Size.Should().Be(Marshal.SizeOf(native));
        structure.Members.Select(m => (m.Offset, Size: m.ByPointer ? 8 : m.Type.Size)).Should().Equal(
            fields.Select(f => ((int)Marshal.OffsetOf(native, f.Name), SizeOf(f.FieldType))));
    }

    /// <summary>D's front end reads C structures: the header that bpftrace is given must say what the library says, names included.</summary>
    [Fact]
    public void The_C_header_declares_the_same_structures()
    {
        DOptions options = new();
        DTypeTable library = new(options), header = new(options);
        DParser.ParseLibrary(library, options);
        IEnumerable<string> lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "include", "fc_probes.h")).Where(l => !l.StartsWith('#'));
        DParser.Parse(string.Join('\n', lines), new DMacros("", []), header, options, script: true, fields: 4);
        foreach (string tag in (string[])["conninfo", "fc_port_info", "scsicmd", "fc_xferinfo", "fc_cmdfacts"])
        {
            Members(header.Structure(tag, isUnion: false)).Should().Equal(Members(library.Structure(tag, isUnion: false)), tag);
            library.Find(tag + "_t")!.Base.Should().BeSameAs(library.Structure(tag, isUnion: false));
        }

        static IEnumerable<(string, int, int, bool)> Members(StructType structure) =>
            structure.Members.Select(m => (m.Name, m.Offset, m.ByPointer ? 8 : m.Type.Size, m.Type.IsSigned));
    }

    [Fact]
    public void Types_of_a_program_are_laid_out_as_C_does()
    {
        FiringRig.Integer("sizeof (int8_t) + sizeof (short) * 10 + sizeof (unsigned long long) * 100").Should().Be(821);
        using FiringRig rig = new("""
            struct inner { char c; uint64_t l; };
            typedef struct outer { char a; struct inner b[3]; short s; union { int i; char c[5]; } u; string t; } outer_t;
            enum colour { red, green = 5, blue };
            inline int size = sizeof (outer_t);
            BEGIN
            {
                trace(size); trace((int)offsetof(outer_t, b)); trace((int)offsetof(outer_t, s)); trace((int)offsetof(outer_t, u));
                trace((int)offsetof(outer_t, t));
                trace(blue); trace((int)sizeof (struct inner));
            }
            """);
        byte[] payload = rig.Records().Single().Payload;
        Enumerable.Range(0, 7).Select(i => BitConverter.ToInt32(payload, i * 4)).Should().Equal(328, 8, 56, 60, 68, 6, 16);
    }

    /// <summary>Checked against gcc 12 on x86-64: sizes, and the values of the fields.</summary>
    [Fact]
    public void Bit_fields_lie_where_C_puts_them()
    {
        using FiringRig rig = new("""
            struct flags { uint8_t a : 3; uint8_t b : 5; uint8_t c : 4; uint8_t d : 6; };
            struct mixed { char k; int s : 5; unsigned int u : 30; short t : 9; char e; };
            BEGIN
            {
                this->p = alloca(16);
                bcopy("\x28\xf5\xa3\x7c\x10\xd7\x5a\xc3\x08\xee\x91\x3d", this->p, 12);
                this->f = (struct flags *)this->p;
                this->m = (struct mixed *)this->p;
                trace((int)sizeof (struct flags)); trace((int)sizeof (struct mixed));
                trace((int)this->f->a); trace((int)this->f->b); trace((int)this->f->c); trace((int)this->f->d);
                trace((int)this->m->s); trace((int)this->m->u); trace((int)this->m->t);
            }
            """);
        byte[] payload = rig.Records().Single().Payload;
        Enumerable.Range(0, 9).Select(i => BitConverter.ToInt32(payload, i * 4)).Should().Equal(3, 12, 0, 5, 5, 35, -11, 56284944, 8);
        FiringRig.Refusal("struct s { int a : 0; }; BEGIN { }").Should().EndWith("positive integral constant expression expected as bit-field size");
        FiringRig.Refusal("struct s { int a : 33; }; BEGIN { }").Should().EndWith("bit-field too big for type: a");
        FiringRig.Refusal("struct s { string a : 3; }; BEGIN { }").Should().EndWith("invalid type for bit-field: a");
        FiringRig.Refusal("struct s { int a : 3; }; struct s x; BEGIN { trace(&x.a); }").Should().EndWith("cannot take address of bit-field");
        FiringRig.Refusal("struct s { int a : 3; }; struct s x; BEGIN { trace(sizeof (x.a)); }").Should().EndWith("cannot apply sizeof to a bit-field");
    }

    [Fact]
    public void A_translator_computes_members_when_they_are_asked_for()
    {
        using FiringRig rig = new("""
            typedef struct who { string name; int length; } who_t;
            translator who_t < conninfo_t *c > { name = strjoin(c->ci_protocol, c->ci_remote); length = strlen(c->ci_local); };
            fc:::link-up { trace(xlate <who_t *> (args[0])->name); trace(xlate <who_t> (args[0]).length); }
            """);
        rig.Fire(FcProbe.LinkUp);
        Recorded record = rig.Records().Single();
        record.String(0).Should().Be("fc2000020000000001");
        BitConverter.ToInt32(record.Payload, 256).Should().Be(16);
        FiringRig.Refusal("struct s { int a; }; translator struct s < conninfo_t *c > { a = 1; }; fc:::link-up { trace(xlate <struct s *> (args[0])); }")
            .Should().EndWith("trace( ) may not be applied to a translated pointer");
    }

    [Fact]
    public void Structures_are_copied_by_value()
    {
        using FiringRig rig = new("""
            fc:::xfer-start { kept = *args[4]; }
            fc:::link-up { trace(kept.fcx_len); trace(sizeof (kept)); }
            """);
        rig.Fire(FcProbe.XferStart, 777);
        rig.Fire(FcProbe.LinkUp);
        byte[] payload = rig.Records().Single().Payload;
        BitConverter.ToInt32(payload).Should().Be(777);
        BitConverter.ToInt64(payload, 8).Should().Be(12);
    }

    private static int SizeOf(Type type) => type.IsPointer ? 8 : type.IsEnum ? Marshal.SizeOf(Enum.GetUnderlyingType(type)) : Marshal.SizeOf(type);
}
