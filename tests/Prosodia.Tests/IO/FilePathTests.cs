using Xunit;

namespace Prosodia.Tests.IO;

public class FilePathTests
{
    [Theory]
    [InlineData("a b.wav", "a%20b.wav")]
    [InlineData("../x/50%#?.wav", "../x/50%25%23%3F.wav")]
    [InlineData("x/Wörter.wav", "x/W%C3%B6rter.wav")]
    public void A_path_becomes_a_URI_reference(string path, string uri) => Assert.Equal(uri, FilePath.ToUri(path));

    [Fact]
    public void A_backslash_separates_only_where_the_system_says_so() =>
        Assert.Equal(Path.DirectorySeparatorChar == '\\' ? "a/b.wav" : "a%5Cb.wav", FilePath.ToUri(@"a\b.wav"));
}
