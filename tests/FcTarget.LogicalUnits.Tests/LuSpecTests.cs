// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.Tests;

public sealed class LuSpecTests
{
    [Theory]
    [InlineData("memory:256M")]
    [InlineData("memory:1G,name=db,block=4096,ro,lun=16383")]
    [InlineData("file:/var/lib/a b.img")]
    [InlineData("file:rel/disk.img,size=1536K,name=x,lun=0")]
    [InlineData("null:16T,block=4096")]
    [InlineData("pattern:1G,seed=7,name=p")]
    [InlineData("memory:1G,physical=4K,ejected,wcache=off,pool=512M,threshold=80,state=/var/lib/x")]
    [InlineData("memory:1G,removable,thick")]
    [InlineData("memory:1G,lbpu=0,lbpws=0,lbprz=0,wsnz=0,wcache=off")]
    [InlineData("memory:1G,lbpws10=0")]
    public void A_description_reads_back_as_it_is_written(string text)
    {
        LuSpec spec = LuSpec.Parse(text);
        spec.ToString().Should().Be(text);
        LuSpec.Parse(spec.ToString()).Should().Be(spec);
    }

    [Fact]
    public void Every_option_is_taken() =>
        LuSpec.Parse("file:/a:b,size=1g,name=n,block=4096,ro,lun=3").Should().Be(new LuSpec
        {
            Kind = LuStoreKind.File,
            Path = "/a:b",
            Size = 1 << 30,
            Name = "n",
            BlockSize = 4096,
            ReadOnly = true,
            Lun = 3,
        });

    [Theory]
    [InlineData("", "'' is none of memory, file, null and pattern")]
    [InlineData("disk:1G", "'disk' is none of memory, file, null and pattern")]
    [InlineData("memory:", "size '' is not a number of bytes above 0")]
    [InlineData("memory:0", "size '0' is not")]
    [InlineData("memory:-1M", "size '-1M' is not")]
    [InlineData("memory:9999999999T", "size '9999999999T' is not")]
    [InlineData("memory:1000", "size 1000 is not a multiple of the block size 512")]
    [InlineData("memory:512,block=4096", "size 512 is not a multiple of the block size 4096")]
    [InlineData("memory:1M,size=2M", "option 'size' is for files")]
    [InlineData("memory:1M,block=1024", "block size '1024' is neither 512 nor 4096")]
    [InlineData("memory:1M,lun=16384", "LUN '16384' is not a number from 0 to 16383")]
    [InlineData("memory:1M,lun=x", "LUN 'x' is not")]
    [InlineData("memory:1M,lun", "option 'lun' needs a value")]
    [InlineData("memory:1M,ro=1", "option 'ro' has no value")]
    [InlineData("memory:1M,ro,ro", "option 'ro' is given twice")]
    [InlineData("memory:1M,threshold=101", "threshold '101' is not a percentage")]
    [InlineData("memory:1M,physical=1000", "physical block size '1000' is not a power of 2")]
    [InlineData("memory:1M,seed=1", "option 'seed' is for patterns")]
    [InlineData("memory:1M,wcache=no", "option 'wcache' is on or off")]
    [InlineData("memory:1M,wsnz=2", "option 'wsnz' is 0 or 1")]
    [InlineData("memory:1M,lbprz", "option 'lbprz' is 0 or 1")]
    [InlineData("memory:1M,lbpu=0,lbpws=0,lbpws10=0", "a thin unit needs one of lbpu, lbpws and lbpws10")]
    [InlineData("memory:1M,fast", "option 'fast' is unknown")]
    [InlineData("memory:1M,name=a b", "name 'a b' is not")]
    [InlineData("file:", "the path of the file is missing")]
    public void A_wrong_description_says_what_is_wrong(string text, string problem)
    {
        LuSpec.TryParse(text, out LuSpec? spec, out string? error).Should().BeFalse();
        spec.Should().BeNull();
        error.Should().StartWith($"Logical unit '{text}': {problem}").And.EndWith(",target=PORT.");
        FluentActions.Invoking(() => LuSpec.Parse(text)).Should().Throw<LuConfigurationException>().WithMessage(error);
    }
}
