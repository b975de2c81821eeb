using System.Text;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Protocols;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>
/// Tables as Excel, LibreOffice, Praat users and editors save them, through the one reader of all of them.
/// </summary>
public sealed class TableTests : IDisposable
{
    private const string Header = "path,speaker,sex,emotion";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Encodings() =>
        new(
            new[]
            {
                "utf-8",
                "utf-8 mark",
                "utf-16le",
                "utf-16le mark",
                "utf-16be",
                "utf-16be mark",
                "utf-32 mark",
                "windows-1252",
            }.SelectMany(e => new[] { ",", ";", "\t", "|" }.Select(s => (e, s)))
        );

    [Theory, MemberData(nameof(Encodings))]
    public void Every_encoding_and_separator_is_read(string encoding, string separator)
    {
        var text = $"{Header}\r\nwav/Müller 1.wav,Müller,,ärgerlich\r\n\"a,b;c|d.wav\",b,female,sad\r\n,,,\r\n\r\n";
        text = string.Join(
            "\r\n",
            text.Split("\r\n")
                .Select(line =>
                    line.StartsWith('"')
                        ? line.Replace("wav\",b,female,sad", $"wav\"{separator}b{separator}female{separator}sad")
                        : line.Replace(",", separator)
                )
        );
        Write("m.csv", text, encoding);
        var manifest = Manifest.Read(_folder["m.csv"]);
        Assert.Empty(manifest.Problems);
        var rows = manifest.Utterances.Select(u => (u.Speaker, u.Emotion));
        Assert.Equal([("Müller", "ärgerlich"), ("b", "sad")], rows);
        Assert.EndsWith("a,b;c|d.wav", manifest.Utterances[1].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sep=;\npath;speaker;emotion\na.wav;x;sad\n")]
    [InlineData("\"sep=;\"\npath;speaker;emotion\na.wav;x;sad\n")]
    [InlineData("\n\n  \npath,speaker,emotion\n\na.wav,x,sad\n\n")]
    [InlineData("PATH,Speaker,EMOTION,,\na.wav,x,sad,,\n,,,,\n")]
    [InlineData("\"path\",\"speaker\",\"emotion\"\n\"a.wav\",\"x\",\"sad\"\n")]
    [InlineData("path , speaker, emotion \n a.wav , x , sad \n")]
    [InlineData("path,speaker,emotion,note\na.wav,x,sad,\"two\nlines\"\n")]
    [InlineData("path,speaker,emotion\ra.wav,x,sad\r")]
    [InlineData("path,speaker,emotion\na.wav,x,sad")]
    [InlineData("path,speaker,emotion,note,note\na.wav,x,sad,1,2\n")]
    [InlineData("path,speaker,emotion,disk\na.wav,x,sad,5\"\n")]
    public void Habits_of_programs_do_no_harm(string text)
    {
        File.WriteAllText(_folder["m.csv"], text);
        var manifest = Manifest.Read(_folder["m.csv"]);
        Assert.Empty(manifest.Problems);
        var utterance = Assert.Single(manifest.Utterances);
        Assert.Equal(("x", "sad", "a.wav"), (utterance.Speaker, utterance.Emotion, Path.GetFileName(utterance.Path)));
    }

    [Theory]
    [InlineData(
        "path,speaker,emotion\na.wav,x,sad\nb.wav,\"y,sad\nc.wav,z,sad\nd.wav,z,sad\n",
        "line 3: opens a double quote that is not closed"
    )]
    [InlineData("path,speaker,emotion\na, b.wav,x,sad\nc.wav,y,sad\n", "line 2: has 4 cells where the header has 3")]
    [InlineData("path,speaker,emotion\n\n\na.wav,,sad\nc.wav,y,sad\n", "line 4: has no speaker")]
    [InlineData(
        "path,speaker,sex,emotion\na.wav,\"anna,female,happy\nb.wav,ben,male,sad\nc.wav,cleo\",female,angry\n"
            + "d.wav,dan,male,sad\n",
        "line 2: opens a double quote that is not closed"
    )]
    [InlineData(
        "path,speaker,emotion\n\na.wav,\"x,sad\nb.wav,y,sad\n",
        "line 3: opens a double quote that is not closed"
    )]
    [InlineData(
        "path,speaker,emotion\na.wav,\"Ben \"Big\" C\",sad\nb.wav,y,sad\n",
        "line 2: has a double quote within a quoted cell"
    )]
    [InlineData("", "is empty")]
    [InlineData("\n\n", "is empty")]
    [InlineData("RIFF\u0001\u0002,\u0003\n", "is no table")]
    [InlineData("path,path,speaker,emotion\na.wav,b.wav,x,sad\n", "has two columns 'path'")]
    [InlineData("file,speaker,emotion\na.wav,x,sad\n", "has no column 'path'")]
    [InlineData("path,speaker,emotion,note\na.wav,x,sad,\"two\nlines\"\nb.wav,,sad,\n", "line 4: has no speaker")]
    public void Trouble_is_reported_with_its_line(string text, string reason)
    {
        File.WriteAllText(_folder["m.csv"], text);
        string message;
        try
        {
            message = string.Join('\n', Manifest.Read(_folder["m.csv"]).Problems.Select(p => p.Message));
        }
        catch (InputException e)
        {
            message = e.Message;
        }
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fold;speaker\n1;a\n2;b\n;\n", "utf-16le")]
    [InlineData("sep=\t\nFold\tSpeaker\n1\ta\n2\tb\n", "utf-8 mark")]
    [InlineData("fold,speaker\n1,a\n\n2,b\n", "utf-8")]
    public void Folds_and_labels_come_through_the_same_reader(string text, string encoding)
    {
        Write("f.csv", text, encoding);
        var folds = SpeakerFolds.Read(_folder["f.csv"]);
        Assert.All(["a", "b"], s => Assert.Null(folds.Refuses(s)));
        Write(
            "l.csv",
            text.Replace("old", "motion", StringComparison.Ordinal)
                .Replace("f", "e", StringComparison.Ordinal)
                .Replace("F", "E", StringComparison.Ordinal)
                .Replace("speaker", "label", StringComparison.OrdinalIgnoreCase),
            encoding
        );
        Assert.Equal("a", LabelMap.Read(_folder["l.csv"]).Of("any", "1"));
    }

    [Fact]
    public void A_fold_that_leaks_or_lacks_a_name_is_reported_with_its_line()
    {
        File.WriteAllText(_folder["f.csv"], "fold,speaker\n1,a\n2,a\n");
        Assert.Contains(
            "line 3: leaks: speaker a",
            Assert.Throws<InputException>(() => SpeakerFolds.Read(_folder["f.csv"])).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(_folder["f.csv"], "fold,speaker\n1,\n2,a\n");
        Assert.Contains(
            "line 2: has no speaker",
            Assert.Throws<InputException>(() => SpeakerFolds.Read(_folder["f.csv"])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("03", "3")]
    [InlineData("Anna", "anna")]
    [InlineData("1a", "01A")]
    public void Speakers_whose_names_differ_in_case_or_leading_zeros_are_pointed_out(string inManifest, string other)
    {
        File.WriteAllText(_folder["f.csv"], $"fold,speaker\n1,{other}\n2,b\n");
        Assert.Contains(
            $"It has speaker {other}",
            SpeakerFolds.Read(_folder["f.csv"]).Refuses(inManifest)!.Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(
            _folder["m.csv"],
            $"path,speaker,emotion\na.wav,{inManifest},sad\nb.wav,{other},sad\nc.wav,{other},sad\n"
                + $"d.wav,{inManifest},sad\n"
        );
        var warning = Assert.Single(Manifest.Read(_folder["m.csv"]).Warnings);
        Assert.Contains(
            $"line 3: speakers '{inManifest}' and '{other}' are counted as two",
            warning,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("1,5", 1.5)]
    [InlineData(" 2,75 ", 2.75)]
    [InlineData("0,125", 0.125)]
    [InlineData("\u22120,5", -0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData(",5", 0.5)]
    [InlineData("12", 12)]
    public void Numbers_are_read_with_a_point_or_a_comma(string text, double expected)
    {
        Assert.True(DecimalNumber.TryParse(text, out var value, out _));
        Assert.Equal(expected, value, 12);
    }

    [Theory]
    [InlineData("1.234,5")]
    [InlineData("1,234.5")]
    [InlineData("1 234")]
    [InlineData("1,2,3")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("0x10")]
    [InlineData("")]
    public void What_is_no_single_number_is_refused(string text) =>
        Assert.False(DecimalNumber.TryParse(text, out _, out _));

    [Theory]
    [InlineData("n\n\"1,234\"\n", "line 2: has '1,234' as n, which may be 1.234 or 1234")]
    [InlineData("n;m\n1,5;2.5\n", "line 2: has '2.5' as m, but numbers above it have a decimal comma")]
    [InlineData("n\n1.5\n\"2,5\"\n", "line 3: has '2,5' as n, but numbers above it have a decimal point")]
    public void What_can_be_read_in_two_ways_is_refused(string text, string reason)
    {
        File.WriteAllText(_folder["n.csv"], text);
        using var table = UserTable.Open(_folder["n.csv"], ["n"]);
        var error = Assert.Throws<InputException>(() =>
        {
            foreach (var row in table.Rows())
            foreach (var column in table.Columns)
                row.Number(column);
        });
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decimal_commas_of_thousandths_are_read_where_semicolons_separate()
    {
        File.WriteAllText(_folder["n.csv"], "n;m\n1,234;2,5\n");
        using var table = UserTable.Open(_folder["n.csv"], ["n", "m"]);
        Assert.Equal(1.234, Assert.Single(table.Rows()).Number("n"), 12);
    }

    [Fact]
    public void Checksum_lists_of_other_systems_are_read()
    {
        File.WriteAllText(_folder["a.wav"], "x");
        var sum = Sha256Hash.OfFile(_folder["a.wav"]);
        foreach (
            var text in new[]
            {
                $"{sum}  a.wav\r\n\r\n",
                $"{sum.ToUpperInvariant()} *wav\\A.WAV\n",
                $"\ufeff{sum}  ./wav/a.wav\n",
            }
        )
        {
            File.WriteAllText(_folder["sums"], text);
            Assert.Equal(1, ChecksumList.Read(_folder["sums"], _ => true).Verify([_folder["a.wav"]]).Unaltered);
        }
    }

    [Fact]
    public void Emotions_that_differ_in_case_are_one_and_it_is_reported()
    {
        File.WriteAllText(
            _folder["m.csv"],
            "path,speaker,emotion\na.wav,x,Sad\nb.wav,x,sad\nc.wav,y,SAD\nd.wav,y,angry\n"
        );
        var manifest = Manifest.Read(_folder["m.csv"]);
        Assert.Equal(["Sad", "Sad", "Sad", "angry"], manifest.Utterances.Select(u => u.Emotion));
        Assert.Equal(2, manifest.Warnings.Count);
    }

    [Fact]
    public void A_column_that_has_a_fixed_name_but_is_not_the_chosen_one_is_kept_under_another()
    {
        File.WriteAllText(_folder["t.csv"], "path,speaker,agent,emotion\na.wav,customer,anna,sad\n");
        using var reader = ManifestReader.Open(
            _folder["t.csv"],
            new Dictionary<string, string>
            {
                ["path"] = "path",
                ["speaker"] = "agent",
                ["sex"] = "sex",
                ["emotion"] = "emotion",
            }
        );
        Manifest.Write(_folder["m.csv"], reader.Details, reader.Rows([]));
        var utterance = Assert.Single(Manifest.Read(_folder["m.csv"]).Utterances);
        Assert.Equal(("anna", "customer"), (utterance.Speaker, utterance.Detail("original_speaker")));
    }

    [Fact]
    public void A_path_with_backslashes_is_found()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "they are its own");
        Directory.CreateDirectory(_folder["wav"]);
        File.WriteAllText(_folder["wav/a.wav"], "x");
        File.WriteAllText(_folder["m.csv"], "path,speaker,emotion\nwav\\a.wav,x,sad\n");
        Assert.True(File.Exists(Manifest.Read(_folder["m.csv"]).Utterances[0].Path));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, string text, string encoding)
    {
        var marked = encoding.EndsWith("mark", StringComparison.Ordinal);
        Encoding of = encoding.Split(' ')[0] switch
        {
            "utf-8" => new UTF8Encoding(false),
            "utf-16le" => Encoding.Unicode,
            "utf-16be" => Encoding.BigEndianUnicode,
            "utf-32" => Encoding.UTF32,
            _ => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        };
        var mark = encoding == "utf-8 mark" ? Encoding.UTF8.GetPreamble() : of.GetPreamble();
        File.WriteAllBytes(_folder[name], [.. marked ? mark : [], .. of.GetBytes(text)]);
    }
}
