"""Finds what a name means in a model before its conversion. See ``graph_edits.py``."""

import re

text = load("graph_text")


# What front ends raise where they have no answer.
NO_ANSWER = (RuntimeError, native.GeneralFailure, native.NotImplementedFailure)


def plain_names(place):
    """The names of a place; 'x:0' is TensorFlow's name for what the operation 'x' makes."""
    return {name.removesuffix(":0") for name in place.get_names()}


def same_data(place, other):
    """Whether two places hold the same data; front ends refuse the question for places without a producer."""
    if place.is_equal(other) or plain_names(place) & plain_names(other):
        return True
    try:
        return place.is_equal_data(other)
    except NO_ANSWER:
        return False


def first_name(place):
    return place.get_names()[0]


class Places:
    """The tensors, operations and ports of a model in the front end of its framework.

    ``read`` makes the whole model, for suggestions.
    """

    def __init__(self, front_end, model, path, read):
        self._front_end = front_end
        self._model = model
        self._path = path
        self._read = read
        self.onnx = front_end.get_name() == "onnx"
        self._tensorflow = front_end.get_name() == "tf"

    def find(self, name, side):
        """The place of a name: a tensor, an operation, ``operation:output port`` or ``input port:operation``.

        Where several are meant they must hold the same data, as in the Model Optimizer.
        """
        self._require_port(name, side)
        found = [place for place in [self._tensor(name)] if place is not None]
        if not found:
            found += self._operation(name, side)
        after = re.fullmatch(r"(.+):(\d+)", name)
        before = re.fullmatch(r"(\d+):(.+)", name)
        if after:
            found += self._output_port(after.group(1), int(after.group(2)))
        if before:
            found += self._input_port(before.group(2), int(before.group(1)))
        if not found:
            raise self._unknown(name, side, after.group(1) if after else before.group(2) if before else None)
        if not all(same_data(place, found[0]) for place in found):
            raise text.refuse(
                side, "'%s' names both a tensor and a port, which differ" % name,
                "name the operation that makes it, or give the tensor's full name")
        return found[0]

    def _tensor(self, name):
        # The front end for ONNX does not find an input by its name that only the branches of an If use.
        ends = (place for place in self._model.get_inputs() if name in place.get_names())
        return self._model.get_place_by_tensor_name(name) or next(ends, None)

    def _unknown(self, name, side, operation):
        if operation and self._by_name(operation) is not None:
            return self._no_port(name, side, operation)
        return text.refuse(
            side, "the model has no tensor or operation '%s'" % name, text.nearest(name, self._all_names(side)))

    def _no_port(self, name, side, operation):
        return text.refuse(
            side, "the operation '%s' has no port '%s'" % (operation, name),
            "ports are counted from 0: '%s:0' is its first result, '0:%s' its first input" % (operation, operation))

    def user_name(self, place):
        """The shortest name that finds a place: of 'serving_default_image:0' its input's own, 'image'."""
        name = first_name(place)
        if not self._tensorflow:
            return name
        plain = name.removesuffix(":0")
        for start in reversed([match.end() for match in re.finditer("_", plain)]):
            other = self._model.get_place_by_tensor_name(plain[start:]) if plain[start:] else None
            if other is not None and same_data(other, place):
                return plain[start:]
        return plain

    def again(self, name, place):
        """The place of a name once the graph is another."""
        return self._model.get_place_by_tensor_name(name) or self._model.get_place_by_operation_name(name) or place

    def _operation(self, name, side):
        operation = self._model.get_place_by_operation_name(name)
        if operation is None:
            return []
        if not self.onnx:
            return [operation]
        if side == "output":
            return [operation.get_output_port(output_port_index=0).get_target_tensor()]
        return self._input_port(name, 0)

    @staticmethod
    def _data_of(port):
        """The tensor that goes into a port of ONNX; None for a weight, which nothing produces."""
        try:
            source = port.get_source_tensor()
            return source if source.is_input() or source.get_producing_operation() is not None else None
        except NO_ANSWER:
            return None

    def _by_name(self, name):
        """An operation by its name, or by that of a tensor that it makes: ONNX leaves most without a name."""
        operation = self._model.get_place_by_operation_name(name)
        if operation is None and self.onnx:
            tensor = self._model.get_place_by_tensor_name(name)
            if tensor is not None and not tensor.is_input():
                operation = tensor.get_producing_operation()
        return operation

    def _output_port(self, name, number):
        operation = self._by_name(name)
        if operation is None:
            tensor = self._model.get_place_by_tensor_name(name) if self.onnx and number == 0 else None
            return [tensor] if tensor is not None and tensor.is_input() else []
        port = operation.get_output_port(output_port_index=number)
        if port is None:
            return []
        return [port.get_target_tensor() if self.onnx else port]

    def _input_port(self, name, number):
        operation = self._by_name(name)
        port = operation and operation.get_input_port(input_port_index=number)
        if port is None:
            return []
        if not self.onnx:
            return [port]
        data = self._data_of(port)
        if data is None:
            raise text.refuse(
                "input", "the input %d of '%s' is a weight of the model" % (number, name), "name one that is computed")
        return [data]

    def _require_port(self, name, side):
        """TensorFlow's front end takes any number for a port, and means another tensor then or dies."""
        before = re.fullmatch(r"(\d+):(.+)", name)
        after = re.fullmatch(r"(.+):([1-9]\d*)", name)
        if self._tensorflow and before:
            inputs = load("tensorflow_ports").inputs_of(self._path, before.group(2))
            if inputs is not None and int(before.group(1)) >= inputs:
                raise text.refuse(
                    side, "the operation '%s' has %s, which are counted from 0" % (
                        before.group(2), text.count(inputs, "input")),
                    "give the number of one of them")
        elif self._tensorflow and after and self._is_first_result(name, after.group(1)):
            raise self._no_port(name, side, after.group(1))

    def _is_first_result(self, name, operation):
        """Whether 'x:5' is taken for 'x:0', which is what becomes of a result that is not there."""
        try:
            first, asked = self._sources(operation + ":0"), self._sources(name)
        except NO_ANSWER + (native.OpConversionFailure,):
            return False  # Cut off is also what cannot be converted.
        return first is not None and asked is not None and (len(asked) != 1 or first == asked)

    def _sources(self, name):
        """What a model computes that ends in a tensor; None where there is none of that name."""
        model = self._front_end.load(self._path, True)
        end = model.get_place_by_tensor_name(name)
        if end is None:
            return None
        model.override_all_outputs([end])
        results = self._front_end.convert(model).get_results()
        return [(source.get_node().get_friendly_name(), source.get_index())
                for source in (result.input_value(0) for result in results)]

    def _all_names(self, side):
        try:
            model = self._read()
        except Failure:
            return [self.user_name(place) for place in self._model.get_inputs()]
        return text.all_names(model, side)
