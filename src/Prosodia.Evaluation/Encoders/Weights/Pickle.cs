using System.Buffers.Binary;
using System.Text;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>
/// Reads the part of Python's pickle format that a PyTorch state dict is written in: dictionaries, tuples, lists,
/// numbers, texts, and the few names that stand for tensors. Anything else is an error, so nothing in a file can run.
/// Source of the operation codes: Python's pickletools.
/// </summary>
internal sealed class Pickle
{
    /// <summary>A name that a pickle refers to, such as <c>torch.FloatStorage</c>.</summary>
    public sealed record Global(string Name);

    /// <summary>A reference to bytes beside the pickle.</summary>
    public sealed record Persistent(object? Id);

    /// <summary>A name applied to arguments.</summary>
    public sealed record Call(Global Function, object?[] Arguments);

    private static readonly HashSet<string> Known =
    [
        "collections.OrderedDict",
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter",
        "torch.Size",
        .. new[] { "Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool" }.Select(
            type => $"torch.{type}Storage"
        ),
    ];

    private static readonly object Mark = new();

    private readonly byte[] _data;
    private readonly Dictionary<int, object?> _memo = [];
    private readonly List<object?> _stack = [];
    private int _at;

    private Pickle(byte[] data) => _data = data;

    /// <summary>Reads the object that a pickle holds.</summary>
    /// <exception cref="InvalidDataException">It is cut short, damaged, or holds more than tensors.</exception>
    public static object? Load(byte[] data) => new Pickle(data).Run();

    private object? Run()
    {
        while (true)
        {
            var code = (char)Take(1)[0];
            switch (code)
            {
                case '\x80':
                    Take(1);
                    break; // PROTO
                case '\x95':
                    Take(8);
                    break; // FRAME
                case '.':
                    return Pop(); // STOP
                case '(':
                    Push(Mark);
                    break;
                case '0':
                    Pop();
                    break; // POP
                case 'N':
                    Push(null);
                    break;
                case '\x88':
                    Push(true);
                    break;
                case '\x89':
                    Push(false);
                    break;
                case 'K':
                    Push((long)Take(1)[0]);
                    break; // BININT1
                case 'M':
                    Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 'J':
                    Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case '\x8a':
                    Push(Long(Take(Take(1)[0])));
                    break; // LONG1
                case 'G':
                    Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break; // BINFLOAT
                case 'X':
                    Push(Text(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                    break;
                case '\x8c':
                    Push(Text(Take(1)[0]));
                    break; // SHORT_BINUNICODE
                case 'c':
                    Push(Named(Line(), Line()));
                    break; // GLOBAL
                case '\x93':
                {
                    var name = Pop();
                    Push(Named(Pop() as string, name as string));
                    break;
                } // STACK_GLOBAL
                case '}':
                    Push(new Dictionary<object, object?>());
                    break;
                case ']':
                    Push(new List<object?>());
                    break;
                case ')':
                    Push(Array.Empty<object?>());
                    break;
                case 't':
                    Push(ToMark());
                    break; // TUPLE
                case '\x85':
                    Push(Last(1));
                    break;
                case '\x86':
                    Push(Last(2));
                    break;
                case '\x87':
                    Push(Last(3));
                    break;
                case 'q':
                    _memo[Take(1)[0]] = Top();
                    break; // BINPUT
                case 'r':
                    _memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = Top();
                    break;
                case '\x94':
                    _memo[_memo.Count] = Top();
                    break; // MEMOIZE
                case 'h':
                    Push(Recall(Take(1)[0]));
                    break; // BINGET
                case 'j':
                    Push(Recall(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                    break;
                case 'Q':
                    Push(new Persistent(Pop()));
                    break; // BINPERSID
                case 'R':
                {
                    var arguments = Tuple(Pop());
                    Push(Apply(Pop(), arguments));
                    break;
                } // REDUCE
                case 'b':
                    Pop();
                    Top();
                    break; // BUILD: attributes, which no tensor needs
                case 's':
                {
                    var item = Last(2);
                    SetItems(item);
                    break;
                }
                case 'u':
                    SetItems(ToMark());
                    break;
                case 'a':
                {
                    var item = Pop();
                    Items().Add(item);
                    break;
                }
                case 'e':
                {
                    var items = ToMark();
                    Items().AddRange(items);
                    break;
                }
                default:
                    throw new InvalidDataException(
                        $"its pickle has the operation 0x{(int)code:x2} at byte {_at - 1}, which no state dict needs"
                    );
            }
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _data.Length - _at)
            throw new InvalidDataException($"its pickle ends at byte {_data.Length} in the middle of a value");
        return _data.AsSpan((_at += count) - count, count);
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        var length = _data.AsSpan(_at).IndexOf((byte)'\n');
        var text = Text(length < 0 ? -1 : length);
        _at++;
        return text;
    }

    private static Global Named(string? module, string? name) =>
        Known.Contains($"{module}.{name}")
            ? new Global($"{module}.{name}")
            : throw new InvalidDataException($"it holds '{module}.{name}', which is no tensor and is not run");

    private static long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
            throw new InvalidDataException($"its pickle has an integer of {bytes.Length} bytes");
        long value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    private static object Apply(object? function, object?[] arguments) =>
        function switch
        {
            Global { Name: "collections.OrderedDict" } when arguments.Length == 0 => new Dictionary<object, object?>(),
            Global { Name: "torch._utils._rebuild_parameter" } when arguments is [Call tensor, ..] => tensor,
            Global global => new Call(global, arguments),
            _ => throw new InvalidDataException("its pickle calls something that has no name"),
        };

    private void SetItems(object?[] items)
    {
        if (Top() is not Dictionary<object, object?> dictionary || items.Length % 2 != 0)
            throw new InvalidDataException("its pickle sets items of what is no dictionary");
        for (var i = 0; i < items.Length; i += 2)
            dictionary[
                items[i] is string or long
                    ? items[i]!
                    : throw new InvalidDataException("its pickle has a key that is neither text nor integer")
            ] = items[i + 1];
    }

    private List<object?> Items() =>
        Top() as List<object?> ?? throw new InvalidDataException("its pickle appends to what is no list");

    private static object?[] Tuple(object? value) =>
        value as object?[] ?? throw new InvalidDataException("its pickle calls with what is no tuple");

    private object? Recall(int index) =>
        _memo.TryGetValue(index, out var value)
            ? value
            : throw new InvalidDataException($"its pickle refers to entry {index}, which is not there");

    private void Push(object? value) => _stack.Add(value);

    private object? Top() =>
        _stack.Count > 0 ? _stack[^1] : throw new InvalidDataException("its pickle takes from an empty stack");

    private object? Pop() => Last(1)[0];

    private object?[] Last(int count)
    {
        if (_stack.Count < count)
            throw new InvalidDataException("its pickle takes from an empty stack");
        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] ToMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        if (mark < 0)
            throw new InvalidDataException("its pickle closes what it never opened");
        var values = Last(_stack.Count - mark - 1);
        Pop();
        return values;
    }
}
