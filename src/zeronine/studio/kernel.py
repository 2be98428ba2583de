"""The one loop that the edition without a server does not leave to JavaScript: a row of a convolution.

Written out as WebAssembly text for eight channels of a few pixels at once, so that sums stay in
registers.  JavaScript alone took eleven times as long for the finder (benchmarks/log/0130).
Pictures lie in memory pixel by pixel, channels last; `alone/heap.js` calls what is written here.
"""

from collections.abc import Iterable

PIXELS = 6  #: side by side in one go: twelve sums of four channels, what sixteen registers hold
NARROW = 4  #: and for rows that are narrower than that
BLOCK = 8  #: channels in one go
PARAMS = "in weights bias out pixels blocks down across run nextrow nextcolumn step outstep"


def kernel_text() -> str:
    """Return the module's text: `row` for rows of six pixels and more, `narrow` for four and five."""
    return f'(module (memory (export "memory") 64 32768)\n{row("row", PIXELS)}\n{row("narrow", NARROW)})'


def kernel_bytes() -> bytes:
    """Return the module as a browser takes it, about 2 KB."""
    import wasmtime

    return bytes(wasmtime.wat2wasm(kernel_text()))


def row(name: str, pixels: int) -> str:
    """Return a function that computes one row of a convolution's output, all its channels.

    Its parameters are addresses and distances in bytes: the first input of the first pixel; weights, by
    blocks of eight channels (block, row, column, channel in, 8); bias; the output; how many pixels;
    blocks; rows and columns of the kernel and how many bytes of input one column takes; from row to row,
    column to column, pixel to pixel of the input; and from pixel to pixel of the output; `floor` is the
    least that an output may be, 0 for a rectifier.  The last pixels of a row are done with those before
    them once more, so a row needs as many as are done in one go.
    """
    places = range(pixels)
    params = " ".join(f"(param ${one} i32)" for one in PARAMS.split())
    names = ["x", "y", "left", "at", "tap", "line", "end", "block", "w", *(f"p{place}" for place in places)]
    vectors = ["wl", "wh", "v", "fl", *(f"{side}{place}" for place in places for side in ("l", "h"))]
    step = "(local.get $step)"
    return f"""
(func (export "{name}") {params} (param $floor f32)
  {declared(names, "i32")} {declared(vectors, "v128")}
  {put("fl", "(f32x4.splat (local.get $floor))")}
  {put("block", "(i32.const 0)")}
  (loop $blocks
    {put("x", "(i32.const 0)")}
    (loop $pixels
      {put("left", f"(i32.sub (local.get $pixels) (i32.const {pixels}))")}
      (if (i32.gt_s (local.get $x) (local.get $left)) (then {put("x", "(local.get $left)")}))
      {put("at", "(i32.add (local.get $in) (i32.mul (local.get $x) (local.get $step)))")}
      {put("w", "(local.get $weights)")}
      {lines(put(f"l{one}", "(v128.load (local.get $bias))") for one in places)}
      {lines(put(f"h{one}", "(v128.load offset=16 (local.get $bias))") for one in places)}
      {put("y", "(local.get $down)")}
      (loop $rows
        {put("tap", "(local.get $across)")}
        {put("line", "(local.get $at)")}
        (loop $columns
          {put("p0", "(local.get $line)")}
          {lines(put(f"p{one}", f"(i32.add (local.get $p{one - 1}) {step})") for one in places[1:])}
          {put("end", "(i32.add (local.get $p0) (local.get $run))")}
          (loop $channels
            {put("wl", "(v128.load (local.get $w))")}
            {put("wh", "(v128.load offset=16 (local.get $w))")}
            {lines(multiplied(one) for one in places)}
            {put("w", "(i32.add (local.get $w) (i32.const 32))")}
            (br_if $channels (i32.lt_u (local.get $p0) (local.get $end))))
          {put("line", "(i32.add (local.get $line) (local.get $nextcolumn))")}
          (br_if $columns (local.tee $tap (i32.sub (local.get $tap) (i32.const 1)))))
        {put("at", "(i32.add (local.get $at) (local.get $nextrow))")}
        (br_if $rows (local.tee $y (i32.sub (local.get $y) (i32.const 1)))))
      {put("at", "(i32.add (local.get $out) (i32.mul (local.get $x) (local.get $outstep)))")}
      {lines(stored(one) for one in places)}
      {put("x", f"(i32.add (local.get $x) (i32.const {pixels}))")}
      (br_if $pixels (i32.lt_s (local.get $x) (local.get $pixels))))
    {put("weights", "(local.get $w)")}
    {put("bias", f"(i32.add (local.get $bias) (i32.const {4 * BLOCK}))")}
    {put("out", f"(i32.add (local.get $out) (i32.const {4 * BLOCK}))")}
    (br_if $blocks (i32.lt_s (local.tee $block (i32.add (local.get $block) (i32.const 1)))
                             (local.get $blocks)))))"""


def multiplied(place: int) -> str:
    """Return the step that adds one input of a pixel, times eight weights, to its eight sums."""
    value = put("v", f"(v128.load32_splat (local.get $p{place}))")
    onwards = put(f"p{place}", f"(i32.add (local.get $p{place}) (i32.const 4))")
    return value + lines(added(f"{side}{place}", f"w{side}") for side in ("l", "h")) + onwards


def added(total: str, weight: str) -> str:
    """Return the step total += weight * v."""
    product = f"(f32x4.mul (local.get ${weight}) (local.get $v))"
    return put(total, f"(f32x4.add (local.get ${total}) {product})")


def stored(place: int) -> str:
    """Return the step that writes a pixel's eight sums, none of them below the floor, and goes on."""
    low, high = (f"(f32x4.pmax (local.get $fl) (local.get ${side}{place}))" for side in ("l", "h"))
    onwards = put("at", "(i32.add (local.get $at) (local.get $outstep))")
    return f"(v128.store (local.get $at) {low}) (v128.store offset=16 (local.get $at) {high}) {onwards}"


def put(name: str, value: str) -> str:
    """Return the step name = value."""
    return f"(local.set ${name} {value}) "


def lines(steps: Iterable[str]) -> str:
    """Return several steps as one text."""
    return "\n".join(steps)


def declared(names: Iterable[str], kind: str) -> str:
    """Return the declarations of local values."""
    return " ".join(f"(local ${name} {kind})" for name in names)
