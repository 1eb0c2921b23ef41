// Y and X of a convolution with one channel of each in every group: sums over the positions of the kernel, a line of
// outputs at a time. A mean over windows and its gradient are of this kind.
#include "ConvolutionPlan.h"
#include "Window.h"

// The channels of an image and group. One of X and Y is the result, the other is only read.
typedef struct {
  const ZKWindow *window;
  const float *w;
  float *x, *y;
} single;

// target[i] += weight · source[i] for `count` elements with distances.
ZK_CLONES static void add_product(
    float weight, ptrdiff_t count, const float *source, ptrdiff_t source_step, float *target, ptrdiff_t target_step) {
  if (source_step == 1 && target_step == 1) {
    ZK_VECTORIZE
    for (ptrdiff_t i = 0; i < count; i++) target[i] = weight * source[i] + target[i];
  } else if (source_step == 2 && target_step == 1) {
    ZK_VECTORIZE
    for (ptrdiff_t i = 0; i < count; i++) target[i] = weight * source[2 * i] + target[i];
  } else {
    for (ptrdiff_t i = 0; i < count; i++)
      target[i * target_step] = weight * source[i * source_step] + target[i * target_step];
  }
}

// For a line of outputs, adds the products with each position of the kernel to Y, or to the inputs under it.
static void add_line(const single *s, ptrdiff_t plane, ptrdiff_t line, bool is_x) {
  const ZKWindow *w = s->window;
  ptrdiff_t from[2], to[2], first, end;
  zk_window_positions(w, 0, plane, plane, &from[0], &to[0]);
  zk_window_positions(w, 1, line, line, &from[1], &to[1]);
  float *y = s->y + (plane * w->output[1] + line) * w->output[2];
  for (ptrdiff_t i = from[0]; i < to[0]; i++)
    for (ptrdiff_t j = from[1]; j < to[1]; j++) {
      const ptrdiff_t in[2] = {
          plane * w->stride[0] + zk_window_start(w, 0, i), line * w->stride[1] + zk_window_start(w, 1, j)};
      float *x = s->x + (in[0] * w->input[1] + in[1]) * w->input[2];
      const float *weights = s->w + (i * w->kernel[1] + j) * w->kernel[2];
      for (ptrdiff_t k = 0; k < w->kernel[2]; k++) {
        const ptrdiff_t stride = w->stride[2];
        zk_window_reach(w, 2, k, &first, &end);
        float *inputs = x + zk_window_start(w, 2, k) + first * stride;
        if (is_x)
          add_product(weights[k], end - first, y + first, 1, inputs, stride);
        else
          add_product(weights[k], end - first, inputs, stride, y + first, 1);
      }
    }
}

static void run_part(const void *context, int part) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  const ZKConvolution *p = &plan->problem;
  const bool is_x = plan->result == ZKConvolutionResultX;
  const ptrdiff_t inputs = zk_volume(p->window.input), outputs = zk_volume(p->window.output);
  const ptrdiff_t units = p->batch * p->groups, count = is_x ? inputs : outputs;
  for (ptrdiff_t unit = units * part / plan->parts; unit < units * (part + 1) / plan->parts; unit++) {
    const ptrdiff_t group = unit % p->groups;
    float *out = run->operands->out + unit * count;
    const single s = {
        .window = &p->window, .w = run->operands->w + group * zk_volume(p->window.kernel),
        .x = is_x ? out : (float *)run->operands->x + unit * inputs,
        .y = is_x ? (float *)run->operands->y + unit * outputs : out};
    memset(out, 0, (size_t)count * sizeof *out);
    for (ptrdiff_t plane = 0; plane < p->window.output[0]; plane++)
      for (ptrdiff_t line = 0; line < p->window.output[1]; line++) add_line(&s, plane, line, is_x);
    for (ptrdiff_t i = 0; i < count && p->has_bias; i++) out[i] += run->operands->bias[group];
  }
}

void zk_convolution_run_depthwise(const convolution_run *run) { zk_run_parts(run->plan->parts, run_part, run); }
