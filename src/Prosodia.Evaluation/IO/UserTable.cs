using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Prosodia.Evaluation.IO;

/// <summary>
/// A table that a user wrote, row by row: manifests, annotations, folds, labels. Commas, semicolons, tabs or bars
/// separate its cells; encodings as in <see cref="TextFile"/>; Excel's line <c>sep=;</c>, empty rows and empty columns
/// are skipped. Names of columns are matched without regard to case. Nothing is guessed where two readings are
/// possible: that is an error with its line.
/// </summary>
internal sealed class UserTable : IDisposable
{
    private const int MaxCell = 1 << 20; // characters; a longer one has lost its closing quote

    private static readonly char[] Separators = [',', ';', '\t', '|'];

    private readonly string _file;
    private readonly char _separator;
    private readonly CsvParser _parser;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _headerCells;
    private int _line = 1,
        _nextLine = 1; // where the current row begins, and the one after it
    private bool _badQuote;
    private char? _decimal; // the mark that numbers of this table have

    private UserTable(string file, string[] required)
    {
        _file = file;
        var text = TextFile.Open(file, out var sample);
        _separator = SeparatorOf(sample, required);
        _parser = new CsvParser(
            text,
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = $"{_separator}",
                TrimOptions = TrimOptions.Trim,
                IgnoreBlankLines = false,
                BadDataFound = NoteBadQuote,
                MaxFieldSize = MaxCell,
            }
        );
        try
        {
            while (Next() && (IsEmpty(_parser.Record!) || IsExcelHint(_parser.RawRecord))) { }
            string[] header = _parser.Record ?? [];
            if (header.All(h => h.Length == 0))
                throw new InputException(
                    file,
                    $"is empty and has no column '{required.FirstOrDefault()}'",
                    "Write a first line with the names of its columns"
                );
            if (header.Any(h => h.Any(char.IsControl)))
                throw new InputException(
                    file,
                    "is no table",
                    "Give a CSV file, such as the manifest that prosodia import writes"
                );
            _headerCells = header.Length;
            Columns = [.. header.Where(h => h.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
            foreach (var (i, name) in header.Index())
                _columns.TryAdd(name, i);
            if (
                required.FirstOrDefault(r => header.Count(h => h.Equals(r, StringComparison.OrdinalIgnoreCase)) > 1) is
                { } twice
            )
                throw new InputException(file, $"has two columns '{twice}'", "Remove or rename one");
        }
        catch
        {
            _parser.Dispose();
            throw;
        }
    }

    /// <summary>The names of its columns, in their order.</summary>
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>Opens a table and reads its header.</summary>
    /// <param name="file">The file, which may be a pipe.</param>
    /// <param name="required">Columns that it must have; it may have others.</param>
    /// <param name="advice">What to do where one is missing; null to name the columns so.</param>
    /// <exception cref="InputException">The file cannot be read, is no table, or lacks a column.</exception>
    public static UserTable Open(string file, string[] required, string? advice = null)
    {
        ArgumentNullException.ThrowIfNull(required);
        var table = new UserTable(file, required);
        if (required.FirstOrDefault(r => !table._columns.ContainsKey(r)) is not { } missing)
            return table;
        table.Dispose();
        throw new InputException(
            file,
            $"has no column '{missing}' (it needs the columns {string.Join(" and ", required)}); its columns "
                + $"are: {string.Join(", ", table.Columns)}",
            advice ?? $"Name them in its first line: {string.Join(',', required)}"
        );
    }

    /// <summary>Reads all rows of a small table, each of which must be usable.</summary>
    /// <exception cref="InputException">The file or a row cannot be used; the line is named.</exception>
    public static IReadOnlyList<UserRow> ReadAll(string file, params string[] required)
    {
        using var table = Open(file, required);
        UserRow[] rows = [.. table.Rows()];
        return rows.FirstOrDefault(r => r.Problem is not null) is { Problem: { } problem } ? throw problem : rows;
    }

    /// <summary>
    /// The rows that are not empty. A row that cannot be used says why in its <see cref="UserRow.Problem"/>.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read on, or a quote is not closed.</exception>
    public IEnumerable<UserRow> Rows()
    {
        while (Next())
            if (!IsEmpty(_parser.Record!))
                yield return new UserRow(this, _parser.Record!, $"{_file}, line {_line}");
    }

    /// <inheritdoc/>
    public void Dispose() => _parser.Dispose();

    internal string Cell(string[] cells, string column) =>
        _columns.TryGetValue(column, out var i) && i < cells.Length ? cells[i] : "";

    /// <summary>Why the current row cannot be used; null where it can.</summary>
    internal InputException? ProblemOf(string[] cells, string place) =>
        _badQuote ? new InputException(place, "has a double quote within a quoted cell", "Write it twice: \"\"")
        : cells.Skip(_headerCells).All(c => c.Length == 0) ? null
        : new InputException(
            place,
            $"has {cells.Length} cells where the header has {_headerCells}",
            "Put cells that hold the separator, such as 1,5, in double quotes"
        );

    /// <summary>A number with a decimal point, or with a comma where that cannot separate thousands.</summary>
    internal double Number(string text, string column, string place)
    {
        if (!DecimalNumber.TryParse(text, out var value, out var mark))
            throw new InputException(place, $"has '{text}' as {column}", "Write a number such as 1.5");
        if (mark == ',' && _separator == ',' && _decimal != ',' && DecimalNumber.MayBeThousands(text))
            throw new InputException(
                place,
                $"has '{text}' as {column}, which may be {text.Replace(',', '.')} or "
                    + $"{text.Replace(",", "", StringComparison.Ordinal)}",
                "Write it with a decimal point"
            );
        if (mark is not null && _decimal is not null && mark != _decimal)
            throw new InputException(
                place,
                $"has '{text}' as {column}, but numbers above it have a decimal "
                    + $"{(_decimal == ',' ? "comma" : "point")}",
                "Use one of the two in the whole table"
            );
        _decimal ??= mark;
        return value;
    }

    private bool Next()
    {
        try
        {
            _badQuote = false;
            if (!_parser.Read())
                return false;
            _line = _nextLine;
            var lines = _parser.RawRecord.AsSpan().Count('\n');
            _nextLine += Math.Max(1, lines > 0 ? lines : _parser.RawRecord.AsSpan().Count('\r'));
            var several = _parser.RawRecord.AsSpan().Trim().ContainsAny('\n', '\r');
            if (several && (_parser.RawRecord.AsSpan().Count('"') % 2 == 1 || _parser.Record!.Any(HoldsRows)))
                throw Unclosed();
            return true; // within one line, a lone quote is a sign of inches
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(_file, e);
        }
        catch (MaxFieldSizeException)
        {
            _line = _nextLine;
            throw Unclosed();
        }
        catch (CsvHelperException e)
        {
            throw new InputException(
                _file,
                $"is no table ({e.Message.Split('\n')[0].Trim().TrimEnd('.')})",
                "Save it as CSV in UTF-8"
            );
        }
    }

    /// <summary>Whether a cell has swallowed rows, as from a quote that is not closed to the next one.</summary>
    private bool HoldsRows(string cell) =>
        _headerCells > 1
        && cell.Contains('\n', StringComparison.Ordinal)
        && cell.Split('\n').Any(line => line.Count(c => c == _separator) >= _headerCells - 1);

    private void NoteBadQuote(BadDataFoundArgs bad) => _badQuote |= bad.Field.TrimStart().StartsWith('"');

    private InputException Unclosed() =>
        new(
            $"{_file}, line {_line}",
            "opens a double quote that is not closed",
            "Close it, or write a quote within a cell twice"
        );

    private static bool IsEmpty(string[] cells) => cells.All(string.IsNullOrWhiteSpace);

    private static bool IsExcelHint(string line) =>
        line.Trim().Trim('"').StartsWith("sep=", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// What separates the cells of the header: that by which it has most of the required columns, then most columns.
    /// </summary>
    private static char SeparatorOf(string sample, string[] required)
    {
        var header = sample.Split(['\n', '\r'], 100).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "";
        if (IsExcelHint(header))
            return header.TrimStart().Trim('"')[4..] is [var separator, ..] ? separator : ',';
        return Separators.MaxBy(candidate =>
        {
            var names = header.Split(candidate).Select(n => n.Trim(' ', '"')).ToArray();
            return (required.Count(r => names.Contains(r, StringComparer.OrdinalIgnoreCase)), names.Length);
        });
    }
}

/// <summary>A row of a <see cref="UserTable"/>.</summary>
internal sealed class UserRow
{
    private readonly UserTable _table;
    private readonly string[] _cells;

    internal UserRow(UserTable table, string[] cells, string place)
    {
        (_table, _cells, Place) = (table, cells, place);
        Problem = table.ProblemOf(cells, place);
    }

    /// <summary>The file and the line, for errors.</summary>
    public string Place { get; }

    /// <summary>Why the row cannot be used; null where it can.</summary>
    public InputException? Problem { get; }

    /// <summary>The text of a cell; empty where there is none.</summary>
    public string this[string column] => _table.Cell(_cells, column);

    /// <summary>The number in a cell.</summary>
    /// <exception cref="InputException">It is none, or may be read in two ways.</exception>
    public double Number(string column) => _table.Number(this[column], column, Place);
}
