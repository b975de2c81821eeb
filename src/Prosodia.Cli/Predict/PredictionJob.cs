using System.Globalization;
using Prosodia.Audio;
using Prosodia.Cli.Hosting;
using Prosodia.Recognition;
using Prosodia.Reporting;

namespace Prosodia.Cli.Predict;

/// <summary>Recognizes files on all cores, in their order; one that cannot be used stops none of the others.</summary>
internal sealed class PredictionJob(
    RecognitionEngine recognizer,
    IReadOnlyCollection<string> inputs,
    bool separate,
    string? pictures,
    CancellationToken cancellationToken
)
{
    private readonly List<InputException> _problems = [];
    private Func<string, Adaptation?> _adaptationOf = _ => null;
    private OutputNames? _pictureNames;

    /// <summary>Files that could not be used.</summary>
    public IReadOnlyList<InputException> Problems => _problems;

    /// <summary>Adapts all recordings to one source.</summary>
    public void AdaptTo(Adaptation source) => _adaptationOf = _ => source;

    /// <summary>Adapts to the sources of recordings, so that each is compared with those of its own.</summary>
    /// <param name="files">The recordings.</param>
    /// <param name="sourceOf">The source of a recording.</param>
    /// <returns>The sources in which someone speaks.</returns>
    public IReadOnlyCollection<AdaptationProfile> AdaptToSources(
        IReadOnlyList<string> files,
        Func<string, string> sourceOf
    ) =>
        Terminal.WithProgress(progress =>
        {
            string[] measured = [.. files.Distinct().Where(f => !IsEmpty(f))];
            var sources = Measured(
                measured,
                (file, _) => sourceOf(file),
                done => progress(new StageProgress("Adapting", done, measured.Length))
            );
            _adaptationOf = file => sources.TryGetValue(sourceOf(file), out var source) ? Adaptation.To(source) : null;
            return sources.Values.ToArray();
        });

    /// <summary>Adapts each channel of each recording to itself, measured when the recording is recognized.</summary>
    public void AdaptToChannels() =>
        _adaptationOf = file =>
        {
            static string Named(int channel) => $"channel {channel + 1}";
            var channels = Measured([file], (_, channel) => Named(channel), _ => { });
            return Adaptation.To(channel => channels.GetValueOrDefault(Named(channel)));
        };

    private IReadOnlyDictionary<string, AdaptationProfile> Measured(
        IReadOnlyList<string> files,
        Func<string, int, string> sourceOf,
        Action<int> progress
    ) =>
        new SourceMeasurement(recognizer.Model, separate).Measure(
            files,
            sourceOf,
            _ => { }, // recognizing them reports it
            progress,
            cancellationToken
        );

    /// <summary>Writes all into one document.</summary>
    public void Write(IReadOnlyList<string> files, PredictionWriter writer, string? target, bool streamed)
    {
        if (files.Count == 0 && target is null)
            return;
        if (target is null && streamed)
            writer.Write(Console.Out, Recognized(files, _ => { }));
        else if (target is null)
            writer.Write(Console.Out, Terminal.WithProgress(progress => Recognized(files, progress).ToArray()));
        else
        {
            Terminal.WithProgress(progress =>
            {
                OutputFile.Write(
                    target,
                    stream =>
                    {
                        using var output = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                        writer.Write(output, Recognized(files, progress));
                    }
                );
                return 0;
            });
            Terminal.Written(target, $"{files.Count - _problems.Count} recordings: {target}");
        }
    }

    /// <summary>Writes each into a file of its own: beside the recording, or in a folder.</summary>
    public void WriteEach(IReadOnlyList<string> files, PredictionWriter writer, string? folder) =>
        Terminal.WithProgress(progress =>
        {
            var names = new OutputNames(files, folder);
            string[] writable = [.. files.Where(f => Attempt(() => OutputGuard.Claim(names.Of(f, writer.Extension))))];
            foreach (var recording in Recognized(writable, progress))
            {
                var target = names.Of(recording.Source, writer.Extension);
                var text = new StringWriter();
                writer.Write(text, [recording]);
                if (Attempt(() => OutputFile.Write(target, text.ToString())))
                    Console.WriteLine($"{recording.Source}: {target}");
            }
            return 0;
        });

    /// <summary>Says and draws what decided.</summary>
    /// <param name="files">What to explain.</param>
    /// <param name="speaker">Other recordings of the same person to compare with; none for the training
    /// recordings.</param>
    public void Explain(IReadOnlyList<string> files, IReadOnlyList<string> speaker)
    {
        var usual = Read(speaker);
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using var stream = AudioStream.Open(file);
                var adaptation = _adaptationOf(file);
                var audio = recognizer.Buffer(stream, file, adaptation, cancellationToken: cancellationToken);
                if (audio.Channels is not [var recording])
                    throw new InputException(
                        file,
                        $"is {audio.Audio.Duration.TotalSeconds:0.0} s long, and only recordings of up to "
                            + $"{RecognitionEngine.TimelineSeconds:0} s are explained",
                        "Cut out what you ask about, for example: ffmpeg -ss 12 -t 6 -i FILE part.wav"
                    );
                var explanation = recognizer.Explain(recording, usual, adaptation);
                Print(file, explanation, usual.Count > 0, adaptation is not null);
                if (pictures is null || explanation.Prediction.Emotion.Length == 0)
                    continue;
                var picture = (_pictureNames ??= new OutputNames(files, pictures)).Of(file, "-why.png");
                OutputFile.Write(picture, ExplanationPlot.Of(recognizer.Classify([audio])[0], explanation));
                Console.WriteLine($"  picture: {picture}");
            }
            catch (InputException problem)
            {
                _problems.Add(problem);
            }
        }
    }

    private List<Recording> Read(IReadOnlyList<string> files)
    {
        var recordings = new List<Recording>();
        foreach (var file in files)
        {
            try
            {
                recordings.Add(AudioFile.Read(file));
            }
            catch (InputException problem)
            {
                _problems.Add(problem);
            }
        }
        return recordings;
    }

    private IEnumerable<RecognitionResult> Recognized(IReadOnlyList<string> files, Action<StageProgress> progress)
    {
        var (done, progressLock) = (0.0, new Lock());
        void Tell(double more)
        {
            lock (progressLock)
                // shares add up to 1 but for the last digits
                progress(new StageProgress("Recognizing", Math.Round(done += more, 6), files.Count));
        }
        var outcomes = files
            .AsParallel()
            .AsOrdered()
            .WithCancellation(cancellationToken)
            .WithDegreeOfParallelism(Math.Min(Environment.ProcessorCount, 64))
            .WithMergeOptions(ParallelMergeOptions.NotBuffered)
            .Select(file => Recognize(file, Tell));
        foreach (var (recording, problem) in outcomes)
        {
            if (problem is not null)
                _problems.Add(problem);
            if (recording is null)
                continue;
            foreach (var warning in recording.Warnings)
                Terminal.Warning(warning);
            if (pictures is not null)
                Attempt(() => Draw(recording, files));
            yield return recording;
        }
    }

    private (RecognitionResult? Recording, InputException? Problem) Recognize(string file, Action<double> progress)
    {
        double reported = 0;
        void Report(double share)
        {
            progress(share - reported);
            reported = share;
        }
        try
        {
            if (IsEmpty(file))
                throw new InputException(file, "is empty (0 bytes)", "Copy it again from its source");
            return (recognizer.Recognize(file, separate, _adaptationOf(file), Report, cancellationToken), null);
        }
        catch (InputException problem)
        {
            return (null, problem);
        }
        finally
        {
            Report(1);
        }
    }

    /// <summary>
    /// Whether a file that was found in a folder is empty: it isn't waited for, although it may be a pipe. One that the
    /// user named may be one.
    /// </summary>
    private bool IsEmpty(string file) => !inputs.Contains(file) && new FileInfo(file) is { Exists: true, Length: 0 };

    private void Draw(RecognitionResult recording, IReadOnlyList<string> files)
    {
        var page = (_pictureNames ??= new OutputNames(files, pictures)).Of(recording.Source, ".html");
        OutputFile.Write(Path.ChangeExtension(page, ".png"), TimelinePlot.Of(recording, recognizer.Card));
        var audio = Path.GetRelativePath(
            Path.GetDirectoryName(Path.GetFullPath(page))!,
            Path.GetFullPath(recording.Source)
        );
        OutputFile.Write(page, TimelinePage.Of(recording, recognizer.Card, audio));
        Terminal.Hint($"page: {page}");
    }

    /// <summary>A step for one recording; false where it failed, which is then one of the problems.</summary>
    private bool Attempt(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (InputException problem)
        {
            _problems.Add(problem);
            return false;
        }
    }

    private static void Print(string file, Explanation explanation, bool compared, bool adapted)
    {
        var e = explanation.Prediction;
        Console.WriteLine(
            e.Emotion.Length == 0
                ? $"{file}: {e.Label}"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file}: {e.Label}{(e.Status == PredictionStatus.Unsure ? $", perhaps {e.Emotion}" : "")} "
                        + $"{e.Probability:0%}"
                )
        );
        if (e.Emotion.Length == 0)
            return;
        if (e.IsUnfamiliar)
            Console.WriteLine($"  {e.Reason}");
        var groups = string.Join(", ", explanation.Groups.Select(g => $"{g.Name} {g.Score:+0.0;-0.0}"));
        var voice = string.Join(", ", explanation.Voice.Select(v => $"{v.Name} {v.Deviations:+0.0;-0.0}"));
        var usual =
            compared ? "the speaker's other recordings"
            : adapted ? "what it was adapted to"
            : "the median of the training recordings";
        if (groups.Length > 0) // an encoder's features have no names that say something
        {
            Console.WriteLine($"  what decided for {e.Emotion} (log odds over the other emotions): {groups}");
            Console.WriteLine(
                $"  what stands out (deviations from {usual}): {(voice.Length == 0 ? "nothing" : voice)}"
            );
        }
        foreach (var segment in explanation.Segments)
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  without {segment.Start.TotalSeconds:0.00} to {segment.End.TotalSeconds:0.00} s: {e.Emotion} "
                        + $"{e.Probability - segment.Drop:0%} ({-segment.Drop:+0%;-0%;0%})"
                )
            );
    }
}
