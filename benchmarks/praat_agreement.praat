# Measures recordings for praat_agreement.py: praat --run praat_agreement.praat LIST FRAMES RECORDINGS
# LIST has a path a line. FRAMES: recording, time, F0 (0 unvoiced), F1 to F3 (0 undefined). RECORDINGS: shimmer, jitter,
# syllable nuclei. Pitch 75 to 600 Hz, then from 0.75 of the lower quartile to twice the upper (De Looze and Hirst,
# 2008); formants below 5500 Hz; otherwise Praat's standard settings.
form Measure
    sentence list
    sentence frames
    sentence recordings
endform
paths = Read Strings from raw text file: list$
count = Get number of strings
writeFile: frames$, ""
writeFile: recordings$, ""
for r to count
    selectObject: paths
    path$ = Get string: r
    sound = Read from file: path$
    mono = Convert to mono
    wide = To Pitch: 0.01, 75, 600
    low = Get quantile: 0, 0, 0.25, "Hertz"
    high = Get quantile: 0, 0, 0.75, "Hertz"
    if low = undefined
        low = 100
        high = 300
    endif
    selectObject: mono
    pitch = To Pitch: 0.01, 0.75 * low, 2 * high
    selectObject: mono
    formant = To Formant (burg): 0.01, 5, 5500, 0.025, 50
    selectObject: pitch
    n = Get number of frames
    for i to n
        selectObject: pitch
        t = Get time from frame number: i
        f0 = Get value in frame: i, "Hertz"
        if f0 = undefined
            f0 = 0
        endif
        selectObject: formant
        for k to 3
            f'k' = Get value at time: k, t, "hertz", "linear"
            if f'k' = undefined
                f'k' = 0
            endif
        endfor
        appendFileLine: frames$, r, ",", fixed$ (t, 5), ",", fixed$ (f0, 3), ",", fixed$ (f1, 2), ",", fixed$ (f2, 2),
        ... ",", fixed$ (f3, 2)
    endfor
    selectObject: mono, pitch
    pulses = To PointProcess (cc)
    jitter = Get jitter (local): 0, 0, 0.0001, 0.02, 1.3
    selectObject: mono, pulses
    shimmer = Get shimmer (local): 0, 0, 0.0001, 0.02, 1.3, 1.6
    if jitter = undefined
        jitter = 0
    endif
    if shimmer = undefined
        shimmer = 0
    endif
    selectObject: mono
    intensity = To Intensity: 50, 0.01, "yes"
    frames = Get number of frames
    loud = Get quantile: 0, 0, 0.99
    threshold = loud - 25
    lowest = Get minimum: 0, 0, "parabolic"
    threshold = max (threshold, lowest)
    # peaks that rise by 2 dB from the dip before them and are voiced (de Jong and Wempe, 2009)
    nuclei = 0
    dip = 1e9
    peak = -1e9
    peakTime = 0
    for i to frames
        selectObject: intensity
        value = Get value in frame: i
        t = Get time from frame number: i
        if i > 1 and i < frames
            before = Get value in frame: i - 1
            after = Get value in frame: i + 1
            if value > before and value >= after and value > threshold
                # a candidate; kept when the contour falls by 2 dB after it, before a higher one comes
                if value > peak
                    peak = value
                    peakTime = t
                endif
            endif
        endif
        if peak > -1e9 and value < peak - 2
            selectObject: pitch
            f0 = Get value at time: peakTime, "Hertz", "linear"
            if f0 <> undefined
                nuclei = nuclei + 1
            endif
            peak = -1e9
        endif
    endfor
    appendFileLine: recordings$, r, ",", fixed$ (shimmer, 6), ",", fixed$ (jitter, 6), ",", nuclei
    removeObject: sound, mono, wide, pitch, formant, pulses, intensity
endfor
