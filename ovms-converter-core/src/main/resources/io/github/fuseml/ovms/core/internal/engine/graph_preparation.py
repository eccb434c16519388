"""Channel order, mean, scale and layouts: work on the input that moves into the model. See ``graph_edits.py``."""

text = load("graph_text")
layouts = load("graph_layouts")

RANK_3_TO_5 = {3: (0, 2), 4: (1, 3), 5: (1, 4)}


def becomes_real(port):
    """Whether the model makes floating-point numbers of an input before anything else, and can be given such."""
    users = [target.get_node() for target in port.get_target_inputs()]
    return bool(users) and all(
        user.get_type_name() == "Convert" and user.get_output_element_type(0).is_real() for user in users)


class Preparation:
    """Channel order, mean, scale and layouts: work on the input that moves into the model."""

    def __init__(self, model, request, changes):
        self._model = model
        self._request = request
        self._changes = changes
        self._layouts = layouts.by_name(request, model)
        self._guessed = {}
        self._mean = self._by_input(request.get("mean") or [], "mean_values")
        self._scale = self._by_input(request.get("scale") or [], "scale_values")
        self._divisor = request.get("scale_all")
        self._reverse = bool(request.get("reverse_channels"))

    def apply(self):
        model = self._model
        steps = native.preprocess.PrePostProcessor(wrap(model))
        self._require_effect()
        self._guess_channels()
        reversed_ports = self._reversible() if self._reverse else []
        for port in list(model.inputs) + list(model.outputs):
            self._set_layouts(steps, port)
        for port in reversed_ports:
            self._step(steps, port).reverse_channels()
            self._say(port, "channels reversed")
        for port in model.inputs:
            self._subtract_and_divide(steps, port)
        try:
            steps.build()
        except Exception as error:
            raise text.refuse(self._parameters(), clean(error), "correct the values or the layout; see --help")
        self._forget_guesses()

    def _parameters(self):
        used = [("layout", self._layouts), ("reverse_input_channels", self._reverse), ("mean_values", self._mean),
                ("scale_values", self._scale), ("scale", self._divisor)]
        return ", ".join(name for name, given in used if given)

    def _say(self, port, what):
        side = "input" if port in self._model.inputs else "output"
        self._changes.append("%s '%s': %s" % (side, text.name_of(port), what))

    def _index(self, port):
        return self._model.inputs.index(port)

    def _step(self, steps, port):
        return steps.input(self._index(port)).preprocess()

    def _by_input(self, given, parameter):
        inputs = list(self._model.inputs)
        found = {}
        if given and not given[0].get("name"):
            inputs, whose = self._in_order(parameter)
            if len(given) > len(inputs):
                raise text.refuse(
                    parameter, "%s given and %s %s" % (
                        "1 tuple is" if len(given) == 1 else "%d tuples are" % len(given), whose,
                        text.count(len(inputs), "input")),
                    "give one tuple for each input, or name them: '%s(1,2,3)'" % text.quoted(text.name_of(inputs[0])))
            if 1 < len(inputs) != len(given):
                raise text.refuse(
                    parameter,
                    "%s without names %s given and %s %s" % (
                        text.count(len(given), "tuple"), "is" if len(given) == 1 else "are", whose,
                        text.count(len(inputs), "input")),
                    "name the inputs that are meant, for instance '%s%s'"
                    % (text.quoted(text.name_of(inputs[0])), text.numbers(given[0]["values"])))
            return {text.name_of(port): item["values"] for port, item in zip(inputs, given)}
        for item in given:
            port = text.find_port(inputs, item["name"], parameter, "input")
            if text.name_of(port) in found:
                raise text.refuse(parameter, "'%s' names an input that has values already" % item["name"], "name it once")
            found[text.name_of(port)] = item["values"]
        return found

    def _in_order(self, parameter):
        """The inputs that values without a name belong to, and whose they are: those that ``input`` names come
        in its order, as in the Model Optimizer, which need not be the model's."""
        inputs = list(self._model.inputs)
        named = [edit.get("name") for edit in self._request.get("inputs") or [] if edit.get("value") is None]
        if self._request.get("inputs_chosen") and named and all(named):
            return [text.find_port(inputs, name, parameter, "input") for name in named], "--input names"
        return inputs, "the model has"

    def _guess_channels(self):
        for port in self._model.inputs:
            name = text.name_of(port)
            lengths = {len(v[name]) for v in (self._mean, self._scale) if name in v and len(v[name]) > 1}
            if not lengths:
                continue
            if len(lengths) > 1:
                raise text.refuse(
                    "scale_values", "%d mean values and %d scale values are given for the input '%s'"
                    % (len(self._mean[name]), len(self._scale[name]), name), "give one of each for every channel")
            layout = layouts.source_layout(self._layouts, port)
            count = lengths.pop()
            parameter = "mean_values" if len(self._mean.get(name, ())) == count else "scale_values"
            index = self._channel(layout, port) if layout else self._find_channels(port, count)
            if index is None:
                raise text.refuse(
                    parameter, "%d values are given and nothing tells which dimension of '%s' are the channels: %s"
                    % (count, name, text.text_of(port.get_partial_shape())),
                    "give as many values as it has channels, and tell which they are: --layout '%s'"
                    % layouts.example_of(port))
            dimension = port.get_partial_shape()[index]
            if dimension.is_static and dimension.get_length() != count:
                raise text.refuse(
                    parameter, "%d values are given and the input '%s' has %d channels: %s"
                    % (count, name, dimension.get_length(), text.text_of(port.get_partial_shape())),
                    "give %d values, or one for all channels" % dimension.get_length())
            if not layout:
                self._remember(port, index)

    def _remember(self, port, index):
        layout = ["?"] * port.get_partial_shape().rank.get_length()
        layout[index] = "C"
        self._guessed[text.name_of(port)] = "".join(layout)

    @staticmethod
    def _channel(layout, port):
        shape = port.get_partial_shape()
        parsed = native.Layout(layout)
        if not parsed.has_name("C") or shape.rank.is_dynamic:
            return None
        index = parsed.get_index_by_name("C")
        return index % shape.rank.get_length() if -shape.rank.get_length() <= index < shape.rank.get_length() else None

    @staticmethod
    def _find_channels(port, count):
        """The one dimension of that size, where channels may be."""
        shape = port.get_partial_shape()
        if shape.rank.is_dynamic:
            return None
        rank = shape.rank.get_length()
        fitting = [i for i in range(rank) if shape[i].is_static and shape[i].get_length() == count]
        allowed = RANK_3_TO_5.get(rank, (rank - 1,))
        return fitting[0] if len(fitting) == 1 and fitting[0] in allowed else None

    def _find_colours(self, port):
        """Where the colours of an image are: three columns of a table are none."""
        return self._find_channels(port, 3) if text.rank_of(port.get_partial_shape()) in RANK_3_TO_5 else None

    def _reversible(self):
        ports = []
        for port in self._model.inputs:
            layout = layouts.source_layout(self._layouts, port)
            name = text.name_of(port)
            index = self._channel(layout, port) if layout else self._find_colours(port)
            if index is None:
                continue
            dimension = port.get_partial_shape()[index]
            if dimension.is_dynamic or dimension.get_length() == 3:
                ports.append(port)
                if not layout and name not in self._guessed:
                    self._remember(port, index)
        if not ports:
            first = self._model.inputs[0]
            raise text.refuse(
                "reverse_input_channels",
                "no input has exactly one dimension of 3 channels: %s" % text.shapes_text(self._model),
                "tell which dimension it is: --layout '%s', or leave it out" % layouts.example_of(first))
        return ports

    def _set_layouts(self, steps, port):
        name = text.name_of(port)
        layout = self._layouts.get(name, {})
        source, target = layout.get("source") or self._guessed.get(name), layout.get("target")
        inputs = self._model.inputs
        end = steps.input(inputs.index(port)) if port in inputs else steps.output(self._model.outputs.index(port))
        for letters, part in ((source, "model"), (target, "tensor")):
            if letters:
                try:
                    getattr(end, part)().set_layout(native.Layout(letters))
                except Exception as error:
                    raise text.refuse(
                        "layout", "'%s' is no layout of '%s': %s" % (letters, name, clean(error)),
                        "use letters such as nhwc, '?' and '...'")
        if source and target:
            self._say(port, "layout %s -> %s" % (source, target))

    def _subtract_and_divide(self, steps, port):
        name = text.name_of(port)
        mean, scale = self._mean.get(name), self._scale.get(name)
        if self._divisor is not None:
            scale = [self._divisor]
        if mean is None and scale is None:
            return
        if not port.get_element_type().is_real():
            if name not in self._mean and name not in self._scale:
                return  # A scale for all inputs is not meant for identifiers and masks.
            raise self._no_number(port, "mean_values" if mean is not None else "scale_values")
        self._require_dimensions(port, "mean_values" if mean is not None else "scale" if self._divisor is not None
                                 else "scale_values")
        self._require_range(port, mean, "mean_values")
        self._require_range(port, scale, "scale_values")
        step = self._step(steps, port)
        if mean is not None:
            step.mean(mean[0] if len(mean) == 1 else mean)
            self._say(port, "mean %s subtracted" % text.numbers(mean))
        if scale is not None:
            step.scale(scale[0] if len(scale) == 1 else scale)
            self._say(port, "divided by %s" % text.numbers(scale))

    def _require_dimensions(self, port, parameter):
        """OpenVINO's preprocessing makes a vector of a scalar."""
        if text.rank_of(port.get_partial_shape()) != 0:
            return
        others = [text.quoted(text.name_of(other)) for other in self._model.inputs
                  if other.get_element_type().is_real() and text.rank_of(other.get_partial_shape()) != 0]
        raise text.refuse(
            parameter, "the input '%s' is a single number without dimensions, which cannot be prepared" % text.name_of(port),
            "name the inputs that are meant: --scale-values '%s'" % ",".join(
                "%s(%.9g)" % (other, self._divisor) for other in others)
            if parameter == "scale" and others else "leave this input out, and prepare the number where it comes from")

    @staticmethod
    def _no_number(port, parameter):
        name = text.name_of(port)
        return text.refuse(
            parameter,
            "the input '%s' is of the type %s, and only floating-point ones can be prepared"
            % (name, port.get_element_type().get_type_name()),
            "give it a type: --input '%s{f32}'" % text.quoted(name) if becomes_real(port)
            else "leave this input out: the model needs its whole numbers as they are")

    @staticmethod
    def _require_range(port, given, parameter):
        """What is a number on the command line may be infinite in the input's type."""
        if given and port.get_element_type() == native.Type.f16 and max(abs(value) for value in given) > 65504:
            raise text.refuse(
                parameter, "the input '%s' is of the type f16, which has no value %s" % (
                    text.name_of(port), text.numbers(given)),
                "give it another type: --input '%s{f32}'" % text.quoted(text.name_of(port)))

    def _require_effect(self):
        """A scale for all inputs that divides none is a mistake."""
        if self._divisor is not None and not any(port.get_element_type().is_real() for port in self._model.inputs):
            raise text.refuse(
                "scale", "no input of the model is of a floating-point type: %s" % ", ".join(
                    "%s{%s}" % (text.quoted(text.name_of(port)), port.get_element_type().get_type_name())
                    for port in self._model.inputs),
                "leave it out: identifiers and masks are not divided" + "".join(
                    "; if '%s' is to be divided, give it a type: --input '%s{f32}'" % (
                        text.name_of(port), text.quoted(text.name_of(port)))
                    for port in self._model.inputs[:1] if becomes_real(port)))

    def _forget_guesses(self):
        for parameter, port in zip(self._model.get_parameters(), self._model.inputs):
            if text.name_of(port) in self._guessed:
                parameter.layout = native.Layout()
