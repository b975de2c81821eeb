using BenchmarkDotNet.Running;
using Prosodia.Benchmarks;

// dotnet run -c Release --project benchmarks/Prosodia.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(InnerLoops).Assembly).Run(args);
